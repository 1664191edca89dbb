"""Repeatable random numbers from `FAULT_SEED=n`, which each run prints."""

import os
from random import Random


def rng_for(what: str) -> Random:
    """Return a generator that depends on the seed and the purpose."""
    return Random(f"{os.environ['FAULT_SEED']}/{what}")  # noqa: S311
