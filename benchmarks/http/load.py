"""Load by h2load: as much as a service takes, or so many requests a second, evenly.

h2load is kept (it comes with nghttp2, and every distribution has it) and can do both; wrk can only
do the first. Its connections begin one after another: of a burst one web process often accepts all,
and as they are kept open, the other one, and half of the cores, then have nothing to do.
"""

import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from benchmarks.http.service import Service

CONNECTIONS = 16
_PACED_CONNECTIONS = 50
_WARM_UP_SECONDS = 1
_ENDLESS = 100_000 * CONNECTIONS
"""Requests: more than are answered before they are ended."""
_OTHERS = ("--h1", "--threads=1")


@dataclass(frozen=True)
class _Request:
    """A line of h2load's log, in microseconds."""

    started: int
    status: int
    took: int

    @property
    def ended(self) -> int:
        """When it was answered."""
        return self.started + self.took


def require() -> None:
    """End here where h2load is missing."""
    if shutil.which("h2load") is None:
        raise SystemExit(
            "h2load is missing: apt-get install nghttp2-client, dnf install nghttp2, "
            "or brew install nghttp2"
        )


def throughput(service: Service, endpoint: str, *, seconds: int, body: Path | None = None) -> float:
    """Requests a second, with always as many under way as there are connections."""
    extra = [f"--data={body}", "--header=Content-Type: application/json"] if body else []
    begin = [f"--clients={CONNECTIONS}", "--rate=1", "--rate-period=20ms"]
    options = [f"--requests={_ENDLESS}", *begin, *extra]
    requests = _run(service, endpoint, options, seconds=_WARM_UP_SECONDS + seconds + 1)
    start = min(request.started for request in requests) + _WARM_UP_SECONDS * 1_000_000
    counted = range(start, start + seconds * 1_000_000)
    return sum(request.ended in counted for request in requests) / seconds


def p99_ms(service: Service, endpoint: str, *, rate: float, seconds: int) -> float:
    """What 99 of 100 requests stay under, at so many a second."""
    each = max(1, round(rate * seconds / _PACED_CONNECTIONS))
    pace = [
        f"--clients={_PACED_CONNECTIONS}",
        f"--requests={each * _PACED_CONNECTIONS}",
        f"--rps={rate / _PACED_CONNECTIONS:.3f}",
        *("--rate=1", "--rate-period=2ms"),
    ]
    requests = _run(service, endpoint, pace)
    return quantiles([request.took for request in requests], n=100)[-1] / 1000


def _run(
    service: Service, endpoint: str, options: list[str], *, seconds: float | None = None
) -> list[_Request]:
    """The answered requests, all or those of so many seconds; none may have been refused."""
    with TemporaryDirectory() as folder:
        log, urls = Path(folder) / "log", Path(folder) / "urls"
        urls.write_text("".join(f"{service.base_url}{p}\n" for p in service.paths[endpoint]))
        header = f"--header=Authorization: Bearer {service.token}"
        files = [f"--input-file={urls}", f"--log-file={log}"]
        command = ["h2load", *_OTHERS, header, *files, *options]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, check=True, timeout=seconds)
        requests = [_Request(*map(int, row.split())) for row in log.read_text().splitlines()]
    answers = Counter(request.status for request in requests)
    if not requests or any(not 200 <= status < 300 for status in answers):
        raise SystemExit(f"{service.name} did not answer every {endpoint}: {dict(answers)}")
    return requests
