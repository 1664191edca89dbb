"""Files that arrive in one request."""

from abc import ABC, abstractmethod
from typing import BinaryIO


class Receipt(ABC):
    """A file that arrives. `keep` stores it for good; `discard` removes what is not kept."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Add the next bytes."""

    @abstractmethod
    def open(self) -> BinaryIO:
        """Return the whole file for reading, from its beginning. No bytes are added after it."""

    @abstractmethod
    def keep(self) -> None:
        """Store the file under its name, so that it survives a loss of power."""

    @abstractmethod
    def discard(self) -> None:
        """Remove the file unless it is kept, and close what `open` has returned."""
