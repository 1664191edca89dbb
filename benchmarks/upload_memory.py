"""The memory of the web workers during a large upload, and the time until the answer.

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
from benchmarks.options import option_parser
from benchmarks.peaks import peak_memory
from benchmarks.results import write_result
from benchmarks.system import System
from local.users_file import write_users

_COPIES = 3
"""The file, the received upload, and room for the rest of the system."""


@dataclass(frozen=True)
class Upload:
    """The figures of one upload.

    `answer` is the time in seconds from the last byte of the file to the answer.
    """

    megabytes: float
    seconds: float
    answer: float
    web_mb: float


class Source(io.BufferedReader):
    """A file that records when its end was read."""

    ended_at = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        if not block:
            self.ended_at = time.perf_counter()
        return block


def write_large(path: Path, megabytes: int) -> None:
    """Write the same users repeatedly. The cost of an upload does not depend on its content."""
    write_users(path, 100_000, bad_share=0)
    header, _, rows = path.read_bytes().partition(b"\n")
    with path.open("wb") as file:
        file.write(header + b"\n")
        while (room := megabytes * 1_000_000 - file.tell()) >= len(rows):
            file.write(rows)
        file.write(rows[: rows.rfind(b"\n", 0, room) + 1])


def measure(system: System, path: Path) -> Upload:
    """Measure an upload to new web workers, whose memory no earlier upload has used."""
    system.reset()
    system.stack.restart("web")
    size = path.stat().st_size
    before = time.perf_counter()
    with (
        peak_memory({"web": system.stack.pid("web")}) as peaks,
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
    """Return the figures as a table in Markdown."""
    lines = [
        "| file MB | upload s | last byte to answer s | largest web worker MB |",
        "|---|---|---|---|",
        *(
            f"| {u.megabytes:,.0f} | {u.seconds:.1f} | {u.answer:.2f} | {u.web_mb:.0f} |"
            for u in uploads
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    uploads = []
    with TemporaryDirectory(prefix="accounts-bench-") as folder, System.started() as system:
        require_room(Path(folder), max(options.megabytes), copies=_COPIES)
        for name in ("worker", "worker-small"):
            system.stack.stop_process(name)  # only the upload is measured
        for megabytes in options.megabytes:
            path = Path(folder) / "large.csv"
            write_large(path, megabytes)
            uploads.append(measure(system, path))
    text = (
        f"One upload each; {describe()}.\n\n{table(uploads)}\n\n"
        "Aims: at most 200 MB, and at most 1 s for a file of 1,000 MB."
    )
    print(text)
    if options.write:
        size_list = ",".join(map(str, options.megabytes))
        write_result("upload_memory", f"--megabytes {size_list}", text)


def require_room(folder: Path, megabytes: int, *, copies: int) -> None:
    """End the benchmark if the disk has no room for `copies` copies of the file."""
    needed, free = copies * megabytes / 1000, shutil.disk_usage(folder).free / 1e9
    if free < needed:
        raise SystemExit(
            f"{folder.parent} has {free:.0f} GB free, {needed:.0f} GB are needed; "
            "set TMPDIR to another folder, or choose fewer --megabytes"
        )


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--megabytes", type=sizes, default=[1000, 5000], help="such as 1000,5000")
    return parser.parse_args()


def sizes(text: str) -> list[int]:
    """Return the sizes in megabytes of a list such as `1000,5000`."""
    return [int(size) for size in text.split(",")]


if __name__ == "__main__":
    main()
