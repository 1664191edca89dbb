"""How much memory the web process takes for a large upload, and how long it takes.

.venv-dev/bin/python -m benchmarks.upload_memory [--megabytes 1000] [--write]
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import describe
from benchmarks.peaks import watched
from benchmarks.results import keep
from benchmarks.system import System
from local.people import write_people


def write_large(path: Path, megabytes: int) -> None:
    """The same people again and again: what an upload costs does not depend on them."""
    write_people(path, 100_000, bad_share=0)
    header, _, rows = path.read_bytes().partition(b"\n")
    with path.open("wb") as file:
        file.write(header + b"\n")
        while file.tell() < megabytes * 1_000_000:
            file.write(rows)


def main() -> None:
    """Measure and print."""
    options = _options()
    with TemporaryDirectory() as folder, System.started() as system:
        path = Path(folder) / "large.csv"
        write_large(path, options.megabytes)
        for name in ("worker", "worker-small"):
            system.stack.stop_process(name)  # only the upload is looked at
        before = time.perf_counter()
        with watched({"web": system.stack.pid("web")}) as peaks:
            system.client.upload(path)
        seconds = time.perf_counter() - before
    text = (
        f"Upload of {options.megabytes:,} MB; {describe()}.\n\n"
        f"{seconds:.1f} s; the largest web process had {peaks.megabytes['web']:.0f} MB."
    )
    print(text)
    if options.write:
        keep("upload_memory", f"--megabytes {options.megabytes}", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help="keep the result in results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
