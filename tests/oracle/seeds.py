"""Seeds of the random files: `ORACLE_SEED=n pytest tests/oracle` makes other files."""

import os
from random import Random

SEED = os.environ.get("ORACLE_SEED", "1")


def rng_for(purpose: str, number: int) -> Random:
    """Return a generator that is the same for the same seed, purpose and number."""
    return Random(f"{SEED}/{purpose}/{number}")  # noqa: S311
