"""Chance that can be repeated: `FAULT_SEED=n`, which each run prints."""

import os
from random import Random


def chance_for(what: str) -> Random:
    """The same for the same seed and purpose."""
    return Random(f"{os.environ['FAULT_SEED']}/{what}")  # noqa: S311
