"""Files of a folder that arrive in one request, or in parts."""

import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File

from core.storage.assembly import Assembly, AssemblyWriter
from core.storage.receipt import Receipt

if TYPE_CHECKING:
    from core.storage.folder import FolderStorage


class _OnDisk(File[bytes]):
    """A file that the storage moves. Django looks for this method."""

    def __init__(self, path: Path) -> None:
        super().__init__(None)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


class FolderReceipt(Receipt):
    """A file in INCOMING_DIR. `path` is a file that has arrived there already."""

    def __init__(self, storage: "FolderStorage", name: str, path: Path | None = None) -> None:
        self._storage = storage
        self._name = name
        settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
        if path is None:
            descriptor, created = tempfile.mkstemp(dir=settings.INCOMING_DIR)
            self._path = Path(created)
            self._file: IO[bytes] = os.fdopen(descriptor, "w+b")
        else:
            self._path, self._file = path, path.open("rb")

    def write(self, data: bytes) -> None:
        """Write the next bytes to the file."""
        self._file.write(data)

    def open(self) -> BinaryIO:
        """Return the file at its beginning."""
        self._file.seek(0)  # this also writes what is buffered
        return cast("BinaryIO", self._file)

    def keep(self) -> None:
        """Move the file to its name, and sync it."""
        self._file.flush()
        self._storage.sync(self._storage.save(self._name, _OnDisk(self._path)))

    def discard(self) -> None:
        """Close the file and remove it from INCOMING_DIR."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class FolderAssembly(Assembly):
    """A file that is written in place."""

    def __init__(self, storage: "FolderStorage", name: str) -> None:
        self._storage = storage
        self.path = Path(storage.path(name))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the file, which is created if it does not exist.

        The lock is the file's and not a row's, because a body may arrive slowly, and a transaction
        must not stay open so long. It ends with the process that holds it.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(file)

    def size(self) -> int:
        """Return the size of the file."""
        return self.path.stat().st_size

    def writer(self, at: int) -> AssemblyWriter:
        """Return a writer into the file."""
        return _InPlace(self.path, at)

    def complete(self, size: int) -> None:
        """Do nothing: the parts are in one file."""

    def open(self) -> BinaryIO:
        """Return the file."""
        return self.path.open("rb")

    def receipt(self, name: str) -> Receipt:
        """Give the file a second name, which intake may move or delete."""
        settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
        second = settings.INCOMING_DIR / uuid.uuid4().hex
        os.link(self.path, second)
        return FolderReceipt(self._storage, name, second)

    def remove(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


class _InPlace(AssemblyWriter):
    """`end` is the number of bytes on the file even after an error."""

    def __init__(self, path: Path, at: int) -> None:
        self._file = os.open(path, os.O_WRONLY)
        self.end = at

    def write(self, block: bytes) -> None:
        """Write the bytes at their position."""
        left = memoryview(block)
        while left:
            written = os.pwrite(self._file, left, self.end)
            self.end += written
            left = left[written:]

    def finish(self) -> int:
        """Sync the file and close it."""
        try:
            os.fsync(self._file)
        finally:
            os.close(self._file)
        return self.end
