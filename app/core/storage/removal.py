"""Removals that may fail, because a later sweep repeats them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


@contextmanager
def log_failed_removal(name: str) -> Iterator[None]:
    """Log an `OSError` of the body instead of raising it. A later sweep removes the file."""
    try:
        yield
    except OSError as error:
        logger.warning("%s cannot be removed now: %s", name, error)
