"""Chance that can be repeated: `ORACLE_SEED=n pytest tests/oracle` makes other files."""

import os
from random import Random

SEED = os.environ.get("ORACLE_SEED", "1")


def chance_for(what: str, number: int) -> Random:
    """The same for the same seed, purpose and number."""
    return Random(f"{SEED}/{what}/{number}")  # noqa: S311
