"""How long a file takes whose rows are all bad, against a file of the same size without a bad one.

    .venv-dev/bin/python -m benchmarks.refused_rows [--rows 1000000] [--pairs 5] [--write]

Timed as in import_speed: from the start of `process_csv` to the final state. The bad files: every
address without its @ (read and checked by columns), and every row without its last cell (each goes
through the csv module).
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.import_speed import must_be, read_options, run_import, timing
from benchmarks.machine import describe
from benchmarks.peaks import watched
from benchmarks.results import keep
from benchmarks.system import System
from local.people import write_people

SPOILT: dict[str, Callable[[str], str]] = {
    "invalid_email": lambda line: line.replace("@", "."),
    "too_few_columns": lambda line: line.rpartition(",")[0] + "\n",
}


def write_spoilt(good: Path, bad: Path, spoil: Callable[[str], str]) -> None:
    """The good file's rows, each of them spoilt."""
    with good.open(encoding="utf-8") as source, bad.open("w", encoding="utf-8") as target:
        target.write(next(source))
        target.writelines(map(spoil, source))


def refuse(system: System, path: Path, rows: int) -> float:
    """Seconds of an import that refuses every row."""
    system.reset()
    document = system.run_import(path)
    must_be(document["result"]["failed"], rows)
    must_be(system.count("SELECT count(*) FROM tasks_importrowerror"), rows)
    return timing(system)[1]


def measure(system: System, folder: Path, *, rows: int, pairs: int) -> tuple[str, list[str]]:
    """A paragraph and a line of the table for each kind of bad file."""
    good, bad = folder / "good.csv", folder / "bad.csv"
    write_people(good, rows, bad_share=0)
    lines = []
    worker = {"worker": system.stack.pid("worker")}
    for code, spoil in SPOILT.items():
        write_spoilt(good, bad, spoil)
        refuse(system, bad, rows)  # warm-up
        run_import(system, good, rows)
        with watched(worker) as peaks:
            times = [
                (refuse(system, bad, rows), run_import(system, good, rows)[1]) for _ in range(pairs)
            ]
        refused, loaded = (median(column) for column in zip(*times, strict=True))
        ratio = median(a / b for a, b in times)
        lines.append(
            f"| {code} | {refused:.2f} | {loaded:.2f} | {ratio:.2f} "
            f"| {peaks.megabytes['worker']:.0f} |"
        )
    return f"{rows:,} rows, medians of {pairs} pairs; {describe()}.", lines


def main() -> None:
    """Measure and print."""
    options = read_options(__doc__)
    with TemporaryDirectory() as folder, System.started() as system:
        intro, lines = measure(system, Path(folder), rows=options.rows, pairs=options.pairs)
    head = "| all rows | all bad s | all good s | bad ÷ good | largest worker process MB |"
    text = "\n".join([intro, "", head, "|---|---|---|---|---|", *lines])
    print(text)
    if options.write:
        keep("refused_rows", f"--rows {options.rows} --pairs {options.pairs}", text)


if __name__ == "__main__":
    main()
