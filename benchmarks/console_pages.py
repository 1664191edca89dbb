"""Times of the console's pages: the login, and results with few and with many rejected rows.

    .venv-dev/bin/python -m benchmarks.console_pages [--rejected 1000000] [--pairs 7] [--write]

Each page of the import with many rejected rows is asked in turn with the page of the import with
ten. The time is that of one request to a running system over the loopback interface.
"""

import argparse
import re
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from benchmarks.checks import must_be
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import EMAIL, PASSWORD, System

_FEW: Final = 10
_PAGE: Final = 25
_AIM: Final = 100
_PARTS: Final = {"result": "", "first rejected rows": "rows/"}


def rejected_import(system: System, folder: Path, rows: int) -> str:
    """Import one user and many rejected rows, and return the path of the import's page."""
    path = folder / f"rejected-{rows}.csv"
    with path.open("w") as file:
        file.write(f"email,name\nvalid{rows}@example.com,Valid\n")
        file.writelines(f"no address {number},Rejected\n" for number in range(rows))
    document = system.run_import(path, max_errors="100%")
    must_be("the number of rejected rows", document["result"]["failed"], rows)
    return f"/console/imports/{document['task_id']}/"


def log_in(system: System) -> httpx.Client:
    """Return a browser of the superuser."""
    browser = httpx.Client(base_url=system.stack.base_url, trust_env=False, timeout=60)
    page = browser.get("/console/login/").text
    token = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    form = {"email": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": token}
    must_be("the status of the login", browser.post("/console/login/", data=form).status_code, 302)
    return browser


def milliseconds(browser: httpx.Client, url: str) -> float:
    """Return the time of one request."""
    start = time.perf_counter()
    must_be("the status", browser.get(url).status_code, 200)
    return (time.perf_counter() - start) * 1000


def pairs(browser: httpx.Client, few: str, many: str, *, count: int) -> list[tuple[float, float]]:
    """Return the times of both pages, asked in turn, after one request of each to warm up."""
    times = [(milliseconds(browser, few), milliseconds(browser, many)) for _ in range(count + 1)]
    return times[1:]


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    lines = []
    rejected = str(options.rejected)
    with TemporaryDirectory() as folder, System.started(IMPORT_MAX_ROW_ERRORS=rejected) as system:
        few = rejected_import(system, Path(folder), _FEW)
        many = rejected_import(system, Path(folder), options.rejected)
        system.database.execute("VACUUM ANALYZE")
        with closing(log_in(system)) as browser:
            for name, part in _PARTS.items():
                times = pairs(browser, few + part, many + part, count=options.pairs)
                ratio = median(slow / fast for fast, slow in times)
                columns = (f"{median(column):.0f} ms" for column in zip(*times, strict=True))
                lines.append(f"| {name} | {' | '.join(columns)} | **{ratio:.2f}** |")
            logins = [milliseconds(browser, "/console/login/") for _ in range(options.pairs)]
    text = (
        f"The login page takes {median(logins):.0f} ms (aim: {_AIM} ms). Medians of "
        f"{options.pairs} pairs; {describe()}.\n\n"
        f"A page has at most {_PAGE} rejected rows, so the second one shows more than {_FEW}.\n\n"
        f"| page | {_FEW} rejected rows | {options.rejected:,} rejected rows | median ratio |\n"
        "|---|---|---|---|\n" + "\n".join(lines)
    )
    print(text)
    if options.write:
        write_result(
            "console_pages", f"--rejected {options.rejected} --pairs {options.pairs}", text
        )


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rejected", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
