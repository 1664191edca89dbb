"""Lines for a person."""

import os
import sys


def say(line: str) -> None:
    """Print it at once. A reader that has gone (`| head`) must not keep the system from ending."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
