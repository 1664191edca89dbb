"""The output of the demo: a progress bar in a terminal, lines elsewhere, and tables."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Column, Table
from rich.text import Text

from local.api_client import Json
from local.say import say

type Show = Callable[[Json], None]

_TOTALS = (
    *("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded"),
    "rows_per_second",
)
_STEP_PERCENT = 10
_FIRST_REJECTED_ROWS = 10


def _speed(progress: Json) -> str:
    speed, remaining = progress.get("rows_per_second"), progress.get("eta_seconds")
    parts = [f"{speed:,.0f} rows/s"] if speed is not None else []
    if remaining is not None:
        parts.append(f"{remaining:.0f} s left")
    return ", ".join(parts)


@contextmanager
def progress_view() -> Iterator[Show]:
    """Yield a function that shows the progress in a status document."""
    console = Console()
    if not console.is_terminal:
        yield _line_view()
        return
    columns = (TextColumn("{task.description:>9}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TextColumn("{task.fields[speed]}"), console=console) as bar:
        task = bar.add_task("queued", total=None, speed="")

        def show(document: Json) -> None:
            progress = document.get("progress") or {}
            bar.update(
                task,
                description=progress.get("phase") or document["status"],
                total=progress.get("rows_total"),
                completed=progress.get("rows_done") or 0,
                speed=_speed(progress),
            )

        yield show


def _line_view() -> Show:
    """Return a function that prints a line for each new phase and for every ten percent."""
    printed: set[tuple[str, int]] = set()

    def show(document: Json) -> None:
        progress = document.get("progress") or {}
        phase = str(progress.get("phase") or document["status"])
        percent = float(progress.get("percent") or 0)
        step = (phase, int(percent // _STEP_PERCENT))
        if step not in printed:
            printed.add(step)
            done = f"{progress.get('rows_done') or 0:,} rows, {percent:.0f} %"
            say(f"demo: {phase}: {done} {_speed(progress)}".rstrip())

    return show


def show_result(console: Console, document: Json) -> None:
    """Print the error of a failed import, the totals, and the first rejected rows."""
    if document.get("error"):
        error = document["error"]
        console.print(Text(f"{document['status']}: {error['code']}: {error['message']}"))
    totals = Table("import", Column(str(document["status"]), justify="right"))
    numbers = {**(document.get("result") or {}), **(document.get("progress") or {})}
    for name in _TOTALS:
        number = numbers.get(name)
        totals.add_row(name.replace("_", " "), "-" if number is None else f"{number:,}")
    console.print(totals)
    if document["errors"]:
        console.print(_rejected_rows(document["errors"]))


def _visible(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


def _rejected_rows(errors: list[Json]) -> Table:
    table = Table("line", "column", "reason", "value", title="the first rejected rows")
    for error in errors[:_FIRST_REJECTED_ROWS]:
        value = "".join(map(_visible, str(error.get("value") or "")))
        cells = (error.get("line"), error.get("column"), error.get("message"), value[:40])
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))
    return table


def show_links(links: Json, curlrc: Path) -> None:
    """Print curl commands to copy, each on one line whatever the width of the terminal."""
    curl = f"curl -K {shlex.quote(str(curlrc))}"
    say(f"rejected rows with reasons:  {curl} {shlex.quote(links['errors'])}")
    say(f"rejected rows as a file:     {curl} {shlex.quote(links['failed_rows'])}")
