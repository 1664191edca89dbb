"""The processor time until a process has started and ended, with and without garbage collection.

PYTHONPATH=app .venv-dev/bin/python -m benchmarks.start [--pairs 7] [--write]

A process of this service collects no garbage while it imports its modules (`core/__init__.py`). The
other process of a pair ignores that.
"""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from statistics import median
from typing import Final

import psutil

from benchmarks.machine import describe
from benchmarks.options import option_parser
from benchmarks.results import write_result

_AS_USUAL: Final = "import gc; gc.disable = gc.freeze = lambda: None; "
_PROGRAMS: Final = {
    "web process": "import core.wsgi",
    "Celery worker": "from core.celery import app; app.loader.import_default_modules()",
}
_ENV: Final = {
    "DJANGO_SECRET_KEY": secrets.token_hex(32),
    "JWT_SECRET_KEY": secrets.token_hex(32),
    "DB_PASSWORD": secrets.token_hex(32),
    "DB_PORT": "1",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
"""Settings of a process that contacts no server."""


def seconds(program: str, env: Mapping[str, str]) -> float:
    """Run a program and return its processor time."""
    before = _of_children()
    subprocess.run([sys.executable, "-c", program], env=dict(env), check=True)
    return _of_children() - before


def _of_children() -> float:
    times = psutil.Process().cpu_times()
    return times.children_user + times.children_system


def main() -> None:
    """Run the benchmark and print the result."""
    options = _options()
    env = {**os.environ, **_ENV}
    lines = []
    for name, program in _PROGRAMS.items():
        runs = [
            (seconds(_AS_USUAL + program, env), seconds(program, env))
            for _ in range(options.pairs + 1)
        ][1:]  # the first pair warms up
        ratio = median(ours / usual for usual, ours in runs)
        columns = (f"{median(column):.2f} s" for column in zip(*runs, strict=True))
        lines.append(f"| {name} | {' | '.join(columns)} | **{ratio:.2f}** |")
    text = (
        f"Medians of {options.pairs} pairs; {describe()}.\n\n"
        "| program | with collections | without | median ratio |\n|---|---|---|---|\n"
        + "\n".join(lines)
    )
    print(text)
    if options.write:
        write_result("start", f"--pairs {options.pairs}", text)


def _options() -> argparse.Namespace:
    parser = option_parser(__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
