"""Results as JMeter writes them."""

from pathlib import Path

from loadtest.jmeter import VARIABLES
from loadtest.jtl import Sample
from loadtest.plan import ENDPOINTS

COLUMNS = (
    *("timeStamp", "elapsed", "label", "responseCode", "responseMessage", "threadName"),
    *("dataType", "success", "failureMessage", "bytes", "grpThreads", "allThreads", "Latency"),
    *("Connect", *VARIABLES),
)
NOTHING = ("null",) * len(VARIABLES)


def row(label: str, *values: str, elapsed: int = 10, code: str = "200", failure: str = "") -> str:
    """One request of a thread; `values` are the plan's variables."""
    ok = "false" if failure else "true"
    quoted = '"' + failure.replace('"', '""') + '"' if failure else ""
    fixed = f"1795471841697,{elapsed},{label},{code},OK,Staff 1-1,text,{ok},{quoted},100,1,2,9,1"
    return ",".join((fixed, *(values or NOTHING)))


def write_jtl(path: Path, *rows: str) -> Path:
    """A file with these rows."""
    path.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", encoding="utf-8")
    return path


def sample(
    label: str, *, start: int = 0, elapsed: int = 10, ok: bool = True, **values: str
) -> Sample:
    """One request; `start` in milliseconds."""
    code, problem = ("200", "") if ok else ("500", "Internal Server Error")
    return Sample(start, elapsed, label, code, ok, problem, 1, values)


def one_of_each(*, elapsed: int = 10) -> list[Sample]:
    """A successful request to every endpoint, one a second."""
    return [
        sample(label, start=number * 1000, elapsed=elapsed)
        for number, label in enumerate(ENDPOINTS)
    ]
