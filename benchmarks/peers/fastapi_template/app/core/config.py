"""Settings from the environment."""

from pydantic import PostgresDsn
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """The settings that the service needs to start."""

    SQLALCHEMY_DATABASE_URI: PostgresDsn
    SECRET_KEY: str
    ACCESS_TOKEN_EXPIRE_MINUTES: int = 60
    # Of a process; with the overflow enough for every thread that FastAPI runs endpoints in.
    DB_POOL_SIZE: int = 10
    DB_MAX_OVERFLOW: int = 30
    # Empty: neither metrics nor traces.
    OTLP_ENDPOINT: str = ""
    TRACES_RATIO: float = 0.1


settings = Settings()
