"""Spans to the collector in OTEL_EXPORTER_JAEGER_ENDPOINT, by OTLP over HTTP."""

import logging
import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from celery import signals
from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.propagate import set_global_textmap
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from core import __version__
from core.telemetry import server_spans
from core.telemetry.cleaning import CleaningExporter
from core.telemetry.sampling import sampler
from core.telemetry.traces import propagator

logger = logging.getLogger(__name__)

_TIMEOUT = 2.0
"""Seconds that the collector has for a batch."""
_JAEGER_PORT, _OTLP_PORT = 14268, 4318
_PATH = "/v1/traces"


def traces_url(endpoint: str) -> str:
    """Where OTLP is sent. The address of Jaeger's own old protocol becomes that of its OTLP."""
    parts = urlsplit(endpoint)
    path = parts.path.rstrip("/")
    if parts.port == _JAEGER_PORT or path == "/api/traces":
        logger.warning(
            "OTEL_EXPORTER_JAEGER_ENDPOINT has the form of Jaeger's discontinued protocol; "
            "sending OTLP to port %s of the same host instead. Write it as http://host:%s.",
            _OTLP_PORT,
            _OTLP_PORT,
        )
        host = parts.netloc.removesuffix(f":{parts.port}")
        return urlunsplit((parts.scheme, f"{host}:{_OTLP_PORT}", _PATH, "", ""))
    return urlunsplit(parts._replace(path=path.removesuffix(_PATH) + _PATH))


def connect() -> None:
    """In a worker, the processes that run tasks record."""
    signals.worker_process_init.connect(start)
    signals.worker_process_shutdown.connect(stop)


def start(**_: Any) -> None:
    """Record and send the spans of this process, where a collector is set. Call it after a fork."""
    if not settings.TRACES_ENDPOINT:
        return
    service = f"accounts-{settings.PROCESS_ROLE}"
    resource = Resource.create({SERVICE_NAME: service, SERVICE_VERSION: __version__})
    provider = TracerProvider(sampler=sampler(settings.TRACES_RATIO), resource=resource)
    exporter = OTLPSpanExporter(traces_url(settings.TRACES_ENDPOINT), timeout=_TIMEOUT)
    provider.add_span_processor(BatchSpanProcessor(CleaningExporter(exporter)))
    trace.set_tracer_provider(provider)
    # The instrumentations use the stable names of attributes only where this asks for them, and
    # the exporter sends no others.
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http,database"
    PsycopgInstrumentor().instrument()


def start_web() -> None:
    """Do as `start`, with a span for each request. Call this before Django loads its middleware."""
    start()
    if settings.TRACES_ENDPOINT:
        set_global_textmap(propagator)  # callers set no baggage, whatever OTEL_PROPAGATORS says
        server_spans.instrument(trace.get_tracer_provider())


def stop(**_: Any) -> None:
    """Send what is left; for processes that end without Python's exit handlers."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()
