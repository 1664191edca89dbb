"""How much memory the web processes take for a large upload, and how soon it is answered.

.venv-dev/bin/python -m benchmarks.upload_memory [--megabytes 1000,5000] [--write]
"""

import argparse
import io
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.checks import must_be
from benchmarks.machine import describe
from benchmarks.peaks import watched
from benchmarks.results import keep
from benchmarks.system import System
from local.people import write_people

_COPIES = 3
"""The file, what has arrived of it, and room for the rest of the system."""


@dataclass(frozen=True)
class Upload:
    """`answer`: seconds from the last byte that was read for the request to its answer."""

    megabytes: float
    seconds: float
    answer: float
    web_mb: float


class Source(io.BufferedReader):
    """A file that records when it had nothing left to read."""

    ended_at = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        if not block:
            self.ended_at = time.perf_counter()
        return block


def write_large(path: Path, megabytes: int) -> None:
    """The same people again and again: what an upload costs does not depend on them."""
    write_people(path, 100_000, bad_share=0)
    header, _, rows = path.read_bytes().partition(b"\n")
    with path.open("wb") as file:
        file.write(header + b"\n")
        while (room := megabytes * 1_000_000 - file.tell()) >= len(rows):
            file.write(rows)
        file.write(rows[: rows.rfind(b"\n", 0, room) + 1])


def measure(system: System, path: Path) -> Upload:
    """In a fresh web process, whose memory is this upload's alone."""
    system.reset()
    system.stack.restart("web")
    size = path.stat().st_size
    before = time.perf_counter()
    with (
        watched({"web": system.stack.pid("web")}) as peaks,
        Source(io.FileIO(path)) as source,
    ):
        system.client.send(source, name=path.name)
        answered = time.perf_counter()
    must_be("the stored size", system.count("SELECT csv_size FROM tasks_importjob"), size)
    return Upload(
        megabytes=size / 1e6,
        seconds=answered - before,
        answer=answered - source.ended_at,
        web_mb=peaks.megabytes["web"],
    )


def table(uploads: list[Upload]) -> str:
    """In Markdown."""
    lines = [
        "| file MB | upload s | last byte to answer s | largest web process MB |",
        "|---|---|---|---|",
        *(
            f"| {u.megabytes:,.0f} | {u.seconds:.1f} | {u.answer:.2f} | {u.web_mb:.0f} |"
            for u in uploads
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    options = _options()
    uploads = []
    with TemporaryDirectory(prefix="accounts-bench-") as folder, System.started() as system:
        require_room(Path(folder), max(options.megabytes), copies=_COPIES)
        for name in ("worker", "worker-small"):
            system.stack.stop_process(name)  # only the upload is looked at
        for megabytes in options.megabytes:
            path = Path(folder) / "large.csv"
            write_large(path, megabytes)
            uploads.append(measure(system, path))
    text = (
        f"One upload each; {describe()}.\n\n{table(uploads)}\n\n"
        "Aims: 200 MB at most; 1 s at most for 1,000 MB."
    )
    print(text)
    if options.write:
        given = ",".join(map(str, options.megabytes))
        keep("upload_memory", f"--megabytes {given}", text)


def require_room(folder: Path, megabytes: int, *, copies: int) -> None:
    """End here where the disk has no room for so many copies of the file."""
    needed, free = copies * megabytes / 1000, shutil.disk_usage(folder).free / 1e9
    if free < needed:
        raise SystemExit(
            f"{folder.parent} has {free:.0f} GB free, {needed:.0f} are needed: "
            "choose another by TMPDIR, or fewer --megabytes"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=sizes, default=[1000, 5000], help="such as 1000,5000")
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    return parser.parse_args()


def sizes(text: str) -> list[int]:
    """Return the sizes in megabytes of a list such as `1000,5000`."""
    return [int(size) for size in text.split(",")]


if __name__ == "__main__":
    main()
