"""Output lines."""

import os
import sys


def say(line: str) -> None:
    """Print the line at once. A closed pipe (`| head`) must not stop the clean-up."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
