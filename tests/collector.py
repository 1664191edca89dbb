"""An OpenTelemetry collector for tests; it decodes OTLP over HTTP with the official protobufs."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

Value = str | int | bool | float
KINDS = Span.SpanKind


@dataclass(frozen=True)
class Received:
    """A span as the collector received it."""

    service: str
    span: Span
    attributes: dict[str, Value]

    @property
    def name(self) -> str:
        """Return the name of the span."""
        return self.span.name

    @property
    def trace_id(self) -> str:
        """Return the trace id as 32 hexadecimal digits."""
        return self.span.trace_id.hex()


@dataclass
class Collector:
    """The request bodies and spans that have arrived so far."""

    url: str
    bodies: list[bytes] = field(default_factory=list)
    spans: list[Received] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """Decode the body of a request and keep its spans."""
        self.bodies.append(body)
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = str(_values(group.resource.attributes)["service.name"])
            for scope in group.scope_spans:
                self.spans += [Received(service, s, _values(s.attributes)) for s in scope.spans]

    def of_trace(self, trace_id: str) -> list[Received]:
        """Return the spans of a trace that have arrived so far."""
        return [received for received in self.spans if received.trace_id == trace_id]

    def named(self, name: str, *, trace_id: str | None = None) -> list[Received]:
        """Return the spans with this name, of this trace or of all traces."""
        spans = self.spans if trace_id is None else self.of_trace(trace_id)
        return [received for received in spans if received.name == name]

    def parent(self, received: Received) -> Received | None:
        """Return the parent span, or None if this service did not send it."""
        wanted = (received.span.trace_id, received.span.parent_span_id)
        found = (r for r in self.spans if (r.span.trace_id, r.span.span_id) == wanted)
        return next(found, None)


def _values(attributes: Iterator[KeyValue]) -> dict[str, Value]:
    return {attribute.key: _value(attribute.value) for attribute in attributes}


def _value(value: AnyValue) -> Value:
    kind = value.WhichOneof("value")
    assert kind in {"string_value", "int_value", "bool_value", "double_value"}, kind
    found: Value = getattr(value, kind)
    return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """Run a collector on a free port until the end of the body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            known = self.path == "/v1/traces"
            if known:
                collector.take(body)
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
