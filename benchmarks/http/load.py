"""Load by h2load, at the highest rate of a service or at a constant rate.

h2load can do both and comes with nghttp2, which every distribution has; wrk can do only the first.
The connections begin one after another: otherwise one web worker often accepts all of them, and the
other worker and half of the cores have no work.
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
_REQUEST_LIMIT = 100_000 * CONNECTIONS
"""More requests than the timeout allows."""
_OPTIONS = ("--h1", "--threads=1")


@dataclass(frozen=True)
class _Request:
    """A line of h2load's log. Times are in microseconds."""

    started: int
    status: int
    duration: int

    @property
    def ended(self) -> int:
        """The time of the answer."""
        return self.started + self.duration


def require() -> None:
    """End the benchmark if h2load is missing."""
    if shutil.which("h2load") is None:
        raise SystemExit(
            "h2load is missing; install it: apt-get install nghttp2-client, dnf install nghttp2, "
            "or brew install nghttp2"
        )


def throughput(service: Service, endpoint: str, *, seconds: int, body: Path | None = None) -> float:
    """Return the requests per second, with one request on each connection at any time."""
    extra = [f"--data={body}", "--header=Content-Type: application/json"] if body else []
    begin = [f"--clients={CONNECTIONS}", "--rate=1", "--rate-period=20ms"]
    options = [f"--requests={_REQUEST_LIMIT}", *begin, *extra]
    requests = _run(service, endpoint, options, seconds=_WARM_UP_SECONDS + seconds + 1)
    start = min(request.started for request in requests) + _WARM_UP_SECONDS * 1_000_000
    counted = range(start, start + seconds * 1_000_000)
    return sum(request.ended in counted for request in requests) / seconds


def p99_ms(service: Service, endpoint: str, *, rate: float, seconds: int) -> float:
    """Return the 99th percentile of the response time in ms at `rate` requests per second."""
    per_connection = max(1, round(rate * seconds / _PACED_CONNECTIONS))
    pace = [
        f"--clients={_PACED_CONNECTIONS}",
        f"--requests={per_connection * _PACED_CONNECTIONS}",
        f"--rps={rate / _PACED_CONNECTIONS:.3f}",
        *("--rate=1", "--rate-period=2ms"),
    ]
    requests = _run(service, endpoint, pace)
    return quantiles([request.duration for request in requests], n=100)[-1] / 1000


def _run(
    service: Service, endpoint: str, options: list[str], *, seconds: float | None = None
) -> list[_Request]:
    """Run h2load, at most for `seconds`, and return its requests. Exit if an answer is not 2xx."""
    with TemporaryDirectory() as folder:
        log, urls = Path(folder) / "log", Path(folder) / "urls"
        urls.write_text("".join(f"{service.base_url}{p}\n" for p in service.paths[endpoint]))
        header = f"--header=Authorization: Bearer {service.token}"
        files = [f"--input-file={urls}", f"--log-file={log}"]
        command = ["h2load", *_OPTIONS, header, *files, *options]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, check=True, timeout=seconds)
        requests = [_Request(*map(int, row.split())) for row in log.read_text().splitlines()]
    answers = Counter(request.status for request in requests)
    if not requests or any(not 200 <= status < 300 for status in answers):
        raise SystemExit(f"{service.name} did not answer every {endpoint}: {dict(answers)}")
    return requests
