"""The machine of a result."""

import os
import platform

import psutil


def describe() -> str:
    """Return cores, memory, system and Python in one line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, embedded PostgreSQL"
    )
