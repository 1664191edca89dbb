"""The rounds on one database: bare, then with metrics and traces."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.checks import must_be
from benchmarks.http.duel import duel
from benchmarks.http.line import Line
from benchmarks.http.ours import our_service
from benchmarks.http.peer import peer_service
from benchmarks.system import System
from tests.collector import collecting

_SAMPLED = "0.1"
_SENDERS = {"accounts-web", "fastapi-template"}
_COUNTED = {"ours": "django_http_requests_total_by_method_total", "the peer": "http_requests_total"}


def bare(system: System, folder: Path, *, pairs: int) -> Iterator[Line]:
    """Compare without traces. This project always counts its requests; the peer does not here."""
    with our_service(system, folder) as ours, peer_service(system, folder) as peer:
        yield from duel(system, ours, peer, pairs=pairs, title="bare", aim=1.1)


def instrumented(system: System, folder: Path, *, pairs: int) -> Iterator[Line]:
    """Compare with metrics. Both sides send a tenth of their traces to the same collector."""
    with ExitStack() as stack:
        collector = stack.enter_context(collecting())
        env = {
            "OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url,
            "OTEL_TRACES_SAMPLER_ARG": _SAMPLED,
        }
        ours = stack.enter_context(our_service(system, folder, env=env))
        peer = stack.enter_context(peer_service(system, folder, collector=collector.url))
        yield from duel(system, ours, peer, pairs=pairs, title="instrumented", aim=1.2)
        for service in (ours, peer):
            counted = _COUNTED[service.name] in service.get("/metrics").text
            must_be(f"whether {service.name} counts requests", counted, True)
        must_be("services in the collector", {r.service for r in collector.spans}, _SENDERS)
