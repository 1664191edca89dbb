"""Files of a bucket that arrive in one request, or in parts."""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from django.core.files.base import ContentFile, File

from core.storage.assembly import Assembly, AssemblyWriter
from core.storage.receipt import Receipt

if TYPE_CHECKING:
    from core.storage.bucket import BucketStorage

_PART_SIZE: Final = 8 * 1024 * 1024
"""The largest part in memory."""


class ObjectReceipt(Receipt):
    """A file that is compressed and sent to the store while it arrives.

    A small one waits in memory.
    """

    def __init__(self, storage: "BucketStorage", name: str) -> None:
        self._storage = storage
        self._name = name
        self._writer = storage.writer(name)
        self._opened: BinaryIO | None = None
        self._is_stored = self._is_settled = False

    def write(self, data: bytes) -> None:
        """Add the next bytes."""
        self._writer.write(data)

    def open(self) -> BinaryIO:
        """Return the file. A large one is stored first, because parts cannot be read."""
        if self._opened is None:
            self._opened = self._writer.end() or self._open_stored()
        self._opened.seek(0)
        return self._opened

    def keep(self) -> None:
        """Store the file, unless it is stored."""
        self._store()
        self._is_settled = True

    def discard(self) -> None:
        """Delete the file unless it is kept, and have the store forget its parts."""
        if self._opened is not None:
            self._opened.close()
        if self._is_settled:
            return
        if self._is_stored:
            self._storage.delete(self._name)
        else:
            self._writer.abort()
        self._is_settled = True

    def _open_stored(self) -> BinaryIO:
        self._store()
        return self._storage.open_object(self._name)

    def _store(self) -> None:
        if not self._is_stored:
            self._writer.finish()
        self._is_stored = True


class ObjectAssembly(Assembly):
    """Objects `NAME/parts/POSITION-SIZE`, and `NAME/whole` when all are there.

    Parts of two requests may overlap. They are bytes of the same file then. Two requests may also
    complete the file. Parts are deleted after `whole` is stored, so a request that finds too few of
    them finds `whole` afterwards.
    """

    def __init__(self, storage: "BucketStorage", name: str) -> None:
        self._storage = storage
        self._name = name
        self._parts = f"{name}/parts"
        self._whole = f"{name}/whole"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock nothing: a part replaces no other one."""
        yield

    def size(self) -> int:
        """Return the end of the last part that follows the ones before."""
        end = _end(list(self._chain()))
        return self._storage.size(self._whole) if self._storage.exists(self._whole) else end

    def _chain(self) -> Iterator[tuple[str, int]]:
        """Yield the names and ends of parts that follow each other, the longest at each place."""
        _, names = self._storage.listdir(self._parts)
        sizes = dict[int, int]()
        for name in names:
            at, size = map(int, name.split("-"))
            sizes[at] = max(size, sizes.get(at, 0))
        end = 0
        while size := sizes.get(end, 0):
            name = _part_name(end, size)
            end += size
            yield f"{self._parts}/{name}", end

    def writer(self, at: int) -> AssemblyWriter:
        """Return a writer of objects."""
        return _PartWriter(self._storage, self._parts, at)

    def complete(self, size: int) -> None:
        """Copy the parts into one object, and delete them."""
        chain = list(self._chain())
        if self._storage.exists(self._whole):
            return
        if _end(chain) != size:
            raise OSError(errno.EIO, "Parts of the file are missing", self._name)
        self._storage.save(self._whole, _Joined(self._storage, [name for name, _ in chain]))
        self._storage.remove_others(self._parts, keep=())

    def open(self) -> BinaryIO:
        """Return the object."""
        return self._storage.open_object(self._whole)

    def receipt(self, name: str) -> Receipt:
        """Return the object, which is copied if it is kept."""
        return _CopiedReceipt(self._storage, self._whole, name)

    def remove(self) -> None:
        """Delete the objects."""
        self._storage.remove_others(self._name, keep=())


def _end(chain: list[tuple[str, int]]) -> int:
    return chain[-1][1] if chain else 0


def _part_name(at: int, size: int) -> str:
    return f"{at:016d}-{size}"


class _PartWriter(AssemblyWriter):
    def __init__(self, storage: "BucketStorage", folder: str, at: int) -> None:
        self._storage = storage
        self._folder = folder
        self._buffer = bytearray()
        self._stored = self.end = at

    def write(self, block: bytes) -> None:
        """Add the next bytes, and store an object if there are enough for one."""
        self._buffer += block
        self.end += len(block)
        if len(self._buffer) >= _PART_SIZE:
            self._store()

    def finish(self) -> int:
        """Store the last bytes."""
        if self._buffer:
            self._store()
        return self._stored

    def _store(self) -> None:
        name = f"{self._folder}/{_part_name(self._stored, len(self._buffer))}"
        self._storage.save(name, ContentFile(bytes(self._buffer)))
        self._stored += len(self._buffer)
        self._buffer.clear()


class _Joined(File[bytes]):
    """The content of several objects, one after the other."""

    def __init__(self, storage: "BucketStorage", names: list[str]) -> None:
        super().__init__(None)
        self._storage = storage
        self._names = names

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for name in self._names:
            with self._storage.open_object(name) as part:
                yield part.read()


class _CopiedReceipt(Receipt):
    """An object that is complete, and has a name of its own."""

    def __init__(self, storage: "BucketStorage", source: str, name: str) -> None:
        self._storage = storage
        self._source, self._name = source, name
        self._opened = storage.open_object(source)

    def write(self, data: bytes) -> None:
        """Refuse: all bytes are there."""
        raise io.UnsupportedOperation("write")

    def open(self) -> BinaryIO:
        """Return the object at its beginning."""
        self._opened.seek(0)
        return self._opened

    def keep(self) -> None:
        """Copy the object to the name."""
        self._storage.copy(self._source, self._name)

    def discard(self) -> None:
        """Close the object. The copy, if there is one, stays."""
        self._opened.close()
