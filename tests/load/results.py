"""Results in the format of JMeter."""

from pathlib import Path

from loadtest.jmeter import VARIABLES
from loadtest.jtl import Sample
from loadtest.plan import ENDPOINTS

COLUMNS = (
    *("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "threadName"),
    *("dataType", "success", "failureMessage", "bytes", "grpThreads", "allThreads", "Latency"),
    *("Connect", *VARIABLES),
)
UNSET = ("null",) * len(VARIABLES)


def row(label: str, *values: str, elapsed: int = 10, code: str = "200", failure: str = "") -> str:
    """Return the line of one request. `values` are the variables of the plan."""
    ok = "false" if failure else "true"
    quoted = '"' + failure.replace('"', '""') + '"' if failure else ""
    fixed = f"1795471841697,{elapsed},{label},{code},OK,Staff 1-1,text,{ok},{quoted},100,1,2,9,1"
    return ",".join((fixed, *(values or UNSET)))


def write_jtl(path: Path, *rows: str) -> Path:
    """Write a file with these rows and return its path."""
    path.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", encoding="utf-8")
    return path


def sample(
    label: str, *, start: int = 0, elapsed: int = 10, ok: bool = True, **values: str
) -> Sample:
    """Return one request. `start` is in milliseconds."""
    code, error = ("200", "") if ok else ("500", "Internal Server Error")
    return Sample(start, elapsed, label, code, ok, error, 1, values)


def one_of_each(*, elapsed: int = 10) -> list[Sample]:
    """Return a successful request to every endpoint, one per second."""
    return [
        sample(label, start=number * 1000, elapsed=elapsed)
        for number, label in enumerate(ENDPOINTS)
    ]
