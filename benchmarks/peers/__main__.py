"""`python -m benchmarks.peers MODULE FILE`: import a file with a peer and print the seconds.

The time excludes the set-up of Django, which reads its settings from the environment.
"""

import os
import sys
import time
from importlib import import_module
from pathlib import Path

import django


def main(module: str, path: Path) -> None:
    """Time the function `load` of the module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    load = import_module(f"benchmarks.peers.{module}").load
    start = time.perf_counter()
    load(path)
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
