"""The application."""

from fastapi import FastAPI

from app.api.routes import login, users
from app.core.config import settings
from app.telemetry import observe

app = FastAPI(title="Accounts, after the FastAPI full-stack template")
app.include_router(login.router)
app.include_router(users.router)

if settings.OTLP_ENDPOINT:
    observe(app)
