"""The interface of both storages: Django's, and what the service needs beyond it."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Final, NamedTuple

from django.core.files.base import File
from django.core.files.storage import Storage, storages

from core.storage.assembly import Assembly
from core.storage.receipt import Receipt

INCOMING: Final = "incoming"
"""The folder of the markers of files whose job is not committed yet."""
MARKERS: Final = ".storing"


class StorageAwayError(OSError):
    """The storage does not answer. Requests to it have been repeated for up to 27 s."""


class CheckedContent(File[bytes]):
    """A content that is compressed already, and that its readers check. It is stored as it is."""


class Usage(NamedTuple):
    """Bytes of a file system."""

    size: int
    free: int


class FileStorage(Storage, ABC):
    """A storage of files that are written once and never changed.

    All methods raise `OSError` if the storage cannot be used now.
    """

    is_remote: ClassVar[bool]
    """Whether bytes travel over a network, so that fewer of them are worth their compression."""

    @abstractmethod
    def receive(self, name: str) -> Receipt:
        """Return a new file that will be stored under this name."""

    @abstractmethod
    def assembly(self, name: str) -> Assembly:
        """Return the file of this name, which exists as soon as it has a part."""

    @abstractmethod
    def assemblies(self, folder: str) -> set[str]:
        """Return the names of the files in the folder that are put together."""

    @abstractmethod
    def remove_others(self, folder: str, keep: Collection[str]) -> None:
        """Remove all that the folder contains, if it exists, except for the files to keep."""

    @abstractmethod
    def remove_unfinished(self, *, before: datetime) -> None:
        """Remove what a process left that ended while it received a file, if it is older."""

    @abstractmethod
    def probe(self) -> None:
        """Raise `OSError` if files cannot be stored."""

    @abstractmethod
    def usage(self) -> Usage | None:
        """Return the space of the file system, or `None` if it has no known end."""


def file_storage() -> FileStorage:
    """Return the storage that STORAGE_URL names."""
    storage = storages["default"]
    if not isinstance(storage, FileStorage):
        raise TypeError(f"{type(storage).__name__} is no FileStorage")
    return storage
