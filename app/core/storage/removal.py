"""Removals that may fail, because a later sweep repeats them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.storage.base import StorageAwayError

logger = logging.getLogger(__name__)


@contextmanager
def log_failed_removal(name: str) -> Iterator[None]:
    """Log an `OSError` of the body instead of raising it. A later sweep removes the file."""
    try:
        yield
    except OSError as error:
        logger.warning("%s cannot be removed now: %s", name, error)


@contextmanager
def removed_on_error(name: str, remove: Callable[[], None]) -> Iterator[None]:
    """Call `remove` if the body, which stores something under this name, fails.

    A storage that is away removes nothing, and waiting for it again would spend an attempt to plan
    or to load. `sweep` removes what is left then.
    """
    try:
        yield
    except StorageAwayError:
        raise
    except BaseException:
        with log_failed_removal(name):
            remove()
        raise
