"""Load by h2load: as much as a service takes, or so many requests a second, evenly.

h2load is kept (it comes with nghttp2, and every distribution has it) and can do both; wrk can only
do the first. Its connections begin 2 ms apart, without which all would ask at the same moment.
"""

import shutil
import subprocess
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from benchmarks.http.service import Service

CONNECTIONS = 16
_PACED_CONNECTIONS = 50
_OTHERS = ("--h1", "--threads=1")


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
    duration = [f"--clients={CONNECTIONS}", f"--duration={seconds}", "--warm-up-time=1"]
    times = _run(service, endpoint, [*duration, *extra])
    return len(times) / seconds


def p99_ms(service: Service, endpoint: str, *, rate: float, seconds: int) -> float:
    """What 99 of 100 requests stay under, at so many a second."""
    each = max(1, round(rate * seconds / _PACED_CONNECTIONS))
    pace = [
        f"--clients={_PACED_CONNECTIONS}",
        f"--requests={each * _PACED_CONNECTIONS}",
        f"--rps={rate / _PACED_CONNECTIONS:.3f}",
        *("--rate=1", "--rate-period=2ms"),
    ]
    times = _run(service, endpoint, pace)
    return quantiles(times, n=100)[-1] / 1000


def _run(service: Service, endpoint: str, options: list[str]) -> list[int]:
    """The microseconds of each request; none may have been refused."""
    with TemporaryDirectory() as folder:
        log, urls = Path(folder) / "log", Path(folder) / "urls"
        urls.write_text("".join(f"{service.base_url}{p}\n" for p in service.paths[endpoint]))
        header = f"--header=Authorization: Bearer {service.token}"
        files = [f"--input-file={urls}", f"--log-file={log}"]
        command = ["h2load", *_OTHERS, header, *files, *options]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
    refused = [status for _, status, _ in rows if status >= 300]
    times = [microseconds for _, status, microseconds in rows if 200 <= status < 300]
    if refused or not times:  # what the end of the time has interrupted has no status
        raise SystemExit(f"{service.name} did not answer every {endpoint}:\n{result.stdout}")
    return times
