"""Files that are put together from parts, which several requests send one after the other."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import BinaryIO

from core.storage.receipt import Receipt


class AssemblyWriter(ABC):
    """A writer of the bytes of one part."""

    end: int
    """The position behind the last byte that `write` took."""

    @abstractmethod
    def write(self, block: bytes) -> None:
        """Add the next bytes."""

    @abstractmethod
    def finish(self) -> int:
        """Write all bytes to the storage for good, and return the position of the last one."""


class Assembly(ABC):
    """A file that is put together. All methods raise `OSError` if the storage cannot be used."""

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Keep other writers out during the body. Raises `BlockingIOError` if there is one."""

    @abstractmethod
    def size(self) -> int:
        """Return the number of bytes that are here without a gap from the beginning."""

    @abstractmethod
    def writer(self, at: int) -> AssemblyWriter:
        """Return a writer of a part that begins at this position."""

    @abstractmethod
    def complete(self, size: int) -> None:
        """Put the parts together, which have `size` bytes. No part comes after it."""

    @abstractmethod
    def open(self) -> BinaryIO:
        """Return the complete file for reading. Raises `FileNotFoundError`."""

    @abstractmethod
    def receipt(self, name: str) -> Receipt:
        """Return the complete file as one that has just arrived, and stay as it is.

        Raises `FileNotFoundError`.
        """

    @abstractmethod
    def remove(self) -> None:
        """Remove the file and its parts, if they exist."""
