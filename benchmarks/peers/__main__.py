"""Time one way to bring a file in: `python -m benchmarks.peers MODULE FILE` prints its seconds.

Django is set up, by the environment's settings, before the clock starts.
"""

import os
import sys
import time
from importlib import import_module
from pathlib import Path

import django


def main(module: str, path: Path) -> None:
    """Every module here has a function `load`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    load = import_module(f"benchmarks.peers.{module}").load
    start = time.perf_counter()
    load(path)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
