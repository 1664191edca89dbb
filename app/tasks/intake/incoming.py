"""The receipt of a file: it is written to the storage, measured, hashed and checked for UTF-8."""

import hashlib
import re
import uuid
from collections.abc import Buffer, Iterable
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any, BinaryIO, Self
from urllib.parse import unquote

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.storage.base import file_storage
from core.storage.receipt import Receipt
from core.storage.removal import log_failed_removal
from tasks import files
from tasks.codes import FileError
from tasks.intake.refused import ImportRefused
from tasks.messages import translate
from tasks.reading.decoding import Utf8Check


class IncomingFile(UploadedFile[bytes]):
    """A file that is being received for the job `job_id`, which does not exist yet."""

    sha256 = ""
    is_utf8 = True

    def __init__(
        self,
        name: str | None,
        content_type: str | None,
        *,
        size: int = 0,
        charset: str | None = None,
    ) -> None:
        super().__init__(None, decoded_name(name or ""), content_type, size, charset)
        self.job_id = uuid.uuid4()
        self._hash = hashlib.sha256()
        self._utf8 = Utf8Check()
        self._receipt = self._receive(files.original_name(self.job_id))

    def _receive(self, name: str) -> Receipt:
        return file_storage().receive(name)

    @classmethod
    def of(cls, name: str, blocks: Iterable[bytes]) -> Self:
        """Return the received file with this content. Raises `ImportRefused` like `write`."""
        with ExitStack() as broken_off:
            file = cls(name, None)
            broken_off.callback(file.close)
            for block in blocks:
                file.write(block)
            broken_off.pop_all()
        return file.complete()

    def write(self, data: Buffer, /) -> int:
        """Write the next bytes to the storage and return their number.

        Raises `ImportRefused` as soon as the file is larger than MAX_UPLOAD_SIZE.
        """
        block = bytes(data)
        self.size = (self.size or 0) + len(block)
        if self.size > settings.MAX_UPLOAD_SIZE:
            raise too_large()
        self._hash.update(block)
        self._utf8.feed(block)
        self._receipt.write(block)
        return len(block)

    def complete(self) -> Self:
        """Return the file with its hash, and with the answer whether all of it is UTF-8."""
        self.sha256 = self._hash.hexdigest()
        self.is_utf8 = self._utf8.finish()
        return self

    def stream(self) -> BinaryIO:
        """Return the whole file, from its beginning."""
        return self._receipt.open()

    def keep(self) -> str:
        """Store the file for good and return its name."""
        self._receipt.keep()
        return files.original_name(self.job_id)

    def close(self) -> None:
        """Remove the file, unless it is kept."""
        with log_failed_removal(files.original_name(self.job_id)):
            self._receipt.discard()


class ReceivingUploadHandler(FileUploadHandler):
    """An upload handler that writes a file to the storage.

    It raises `ImportRefused` as soon as the file is larger than MAX_UPLOAD_SIZE.
    """

    chunk_size = 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun = list[IncomingFile]()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = IncomingFile(self.file_name, self.content_type, charset=self.charset)
        self._begun.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Return the file."""
        return self.file.complete()

    def upload_interrupted(self) -> None:
        """Remove what has come. A form with several files is refused, too."""
        for file in self._begun:
            file.close()


def decoded_name(name: str) -> str:
    """Return the file name without percent-encoding and folders; unchanged if it has none."""
    try:
        decoded = unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name
    last = "".join(filter(str.isprintable, re.split(r"[/\\]", decoded)[-1]))
    return name if last in {"", ".", ".."} else last


def too_large() -> ImportRefused:
    """Return the exception for a file above MAX_UPLOAD_SIZE: 413."""
    error = FileError("too_large", limit=settings.MAX_UPLOAD_SIZE)
    message = translate(error.message)
    return ImportRefused(error.code, message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
