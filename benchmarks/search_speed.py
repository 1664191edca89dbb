"""Milliseconds of a page of `users/?q=`, for rare and frequent texts.

    .venv-dev/bin/python -m benchmarks.search_speed [--rows 1000000] [--pages 7] [--write]

Each page is one request to a running system, whose other processes are stopped. An import gives
neighbouring ids to users with similar e-mail addresses. The first tenth of the ids has external ids
with the text `old`, so all users with this text are at the end of the list.
"""

import argparse
import time
from statistics import median
from typing import Final

import httpx

from benchmarks.checks import must_be
from benchmarks.http.users import system_with_users
from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result
from benchmarks.system import System

_AIM: Final = 50
_TEXTS: Final = (
    *("example", "@post.example.com", "ann", "mar", "old", "antonio", "ana", "joao", "silva"),
    *("zimmermann", "999", "zimmermann68", "xqzw", "e-mail", "a.b"),
)
_OLD: Final = """
    UPDATE users_uc_user SET external_id = 'old' || id
    WHERE id <= (SELECT min(id) + count(*) / 10 FROM users_uc_user)
"""
_COUNT: Final = """
    SELECT count(*) FROM users_uc_user
    WHERE email LIKE %(part)s OR lower(name) LIKE %(part)s OR external_id LIKE %(part)s
"""


def prepare(system: System) -> None:
    """Give external ids to the first users, build the index, and start the web server again."""
    system.database.execute(_OLD)
    system.stack.manage("match_search_index")
    system.database.execute("VACUUM ANALYZE users_uc_user")
    system.stack.restart("web")
    system.settle()


def page_times(system: System, text: str, *, pages: int) -> list[float]:
    """Return the milliseconds of requests of the first page, after one request to warm up."""
    headers = {"Authorization": f"Bearer {system.client.token}"}
    times = []
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        for _ in range(pages + 1):
            start = time.perf_counter()
            answer = client.get(f"{system.stack.base_url}/api/v1/users/", params={"q": text})
            times.append((time.perf_counter() - start) * 1000)
            must_be("the status", answer.status_code, 200)
    return sorted(times[1:])


def users_with(system: System, text: str) -> int:
    """Return the number of users with the text."""
    row = system.database.execute(_COUNT, {"part": f"%{text}%"}).fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    lines = []
    with system_with_users(options.rows, search_index=True) as system:
        prepare(system)
        for text in _TEXTS:
            times = page_times(system, text, pages=options.pages)
            count = users_with(system, text)
            lines.append(f"| `{text}` | {count:,} | **{median(times):.0f}** | {times[0]:.0f} |")
    text = (
        f"{options.rows:,} users, {options.pages} pages of each text; the aim is {_AIM} ms; "
        f"{describe()}.\n\n| text | users | median ms | lowest ms |\n|---|---|---|---|\n"
    ) + "\n".join(lines)
    print(text)
    if options.write:
        write_result("search_speed", f"--rows {options.rows} --pages {options.pages}", text)


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pages", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
