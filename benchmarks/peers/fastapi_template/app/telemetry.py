"""Metrics and traces, as FastAPI's community adds them."""

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from prometheus_fastapi_instrumentator import Instrumentator

from app.core.config import settings
from app.core.db import engine


def observe(app: FastAPI) -> None:
    """Count requests at /metrics, and send a share of them as traces."""
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(settings.TRACES_RATIO),
        resource=Resource.create({SERVICE_NAME: "fastapi-template"}),
    )
    exporter = OTLPSpanExporter(f"{settings.OTLP_ENDPOINT}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    SQLAlchemyInstrumentor().instrument(engine=engine)
    FastAPIInstrumentor.instrument_app(app)
    Instrumentator().instrument(app).expose(app)
