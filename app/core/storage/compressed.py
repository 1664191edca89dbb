"""Objects that are compressed while they are sent.

They have the seekable format of Zstandard (facebook/zstd, contrib/seekable_format): any reader of
Zstandard takes them, and they can be read from any position.
"""

import io
from collections.abc import Buffer, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from pyzstd import CParameter, SeekableFormatError, SeekableZstdFile, ZstdError

from core.storage.errors import DamagedFileError
from core.storage.object_writer import ObjectWriter

_OPTIONS: Final[Mapping[int, int]] = {
    CParameter.compressionLevel: 1,  # level 3 takes twice as long for 5 % fewer bytes
    CParameter.checksumFlag: 1,
    CParameter.nbWorkers: 1,  # a thread compresses while the next bytes arrive
    CParameter.jobSize: 2 * 1024 * 1024,
}
_FRAME: Final = 64 * 1024 * 1024
"""Bytes that are compressed as one. A reader decompresses from the beginning of a frame."""


class CompressedWriter:
    """An object with the compressed bytes."""

    def __init__(self, writer: ObjectWriter) -> None:
        self._sink = _Sink(writer)
        self._frames = SeekableZstdFile(
            cast("BinaryIO", self._sink),
            "w",
            level_or_option=_OPTIONS,
            max_frame_content_size=_FRAME,
        )

    def write(self, data: bytes) -> None:
        """Add the next bytes."""
        with self._sink.opened():
            self._frames.write(data)

    def end(self) -> BinaryIO | None:
        """Return the bytes as a file if all of them are still in memory. None come after it."""
        self._close()
        content = self._sink.writer.beginning
        return None if content is None else decompressed(io.BytesIO(content))

    def finish(self) -> None:
        """Make the object with all bytes."""
        self._close()
        self._sink.writer.finish()

    def abort(self) -> None:
        """Have the store forget the parts."""
        self._frames.close()
        self._sink.writer.abort()

    def _close(self) -> None:
        with self._sink.opened():
            self._frames.close()


class _Sink(io.RawIOBase):
    """A writer as a file. While it is not open it drops bytes, also those of a late destructor."""

    def __init__(self, writer: ObjectWriter) -> None:
        self.writer = writer
        self._is_open = False

    @contextmanager
    def opened(self) -> Iterator[None]:
        self._is_open = True
        try:
            yield
        finally:
            self._is_open = False

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        block = bytes(data)
        if self._is_open:
            self.writer.write(block)
        return len(block)


def decompressed(file: BinaryIO) -> BinaryIO:
    """Return the file without its compression. It and this raise `DamagedFileError`."""
    return io.BufferedReader(_Decompressed(file))


class _Decompressed(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        if not file.seek(0, io.SEEK_END):  # pyzstd reads it as a file without content
            raise DamagedFileError("The stored file is empty")
        with _as_damage():
            self._content = SeekableZstdFile(file)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._content.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise ValueError("negative seek position")
        with _as_damage():
            return self._content.seek(offset, whence)

    def readinto(self, buffer: Buffer, /) -> int:
        with _as_damage():
            return self._content.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _as_damage() -> Iterator[None]:
    try:
        yield
    except (SeekableFormatError, ZstdError, EOFError) as error:
        raise DamagedFileError(f"The stored file is damaged: {error}") from error
