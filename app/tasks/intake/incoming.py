"""The receipt of a file: it is written to disk, measured, hashed and checked for UTF-8."""

import hashlib
import re
import tempfile
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import unquote

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from tasks.codes import FileError
from tasks.intake.refused import ImportRefused
from tasks.messages import translate
from tasks.reading.decoding import Utf8Check


class IncomingFile(TemporaryUploadedFile):
    """A file that is being received, below MEDIA_ROOT: moving it into the storage is a rename."""

    sha256 = ""
    is_utf8 = True

    def __init__(self, name: str | None, content_type: str | None) -> None:
        settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
        # Closing the upload closes and removes it.
        file = tempfile.NamedTemporaryFile(dir=settings.INCOMING_DIR)  # noqa: SIM115
        UploadedFile.__init__(self, file, decoded_name(name or ""), content_type, 0, None)

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """Return the received file with this content."""
        file = cls(name, None)
        file.write(content)
        file.flush()
        file.seek(0)
        check = Utf8Check()
        check.feed(content)
        file.size, file.is_utf8 = len(content), check.finish()
        file.sha256 = hashlib.sha256(content).hexdigest()
        return file


class HashingUploadHandler(TemporaryFileUploadHandler):
    """An upload handler that writes a file to disk beside the storage and hashes it meanwhile.

    It raises `ImportRefused` as soon as the file is larger than MAX_UPLOAD_SIZE.
    """

    chunk_size = 1024 * 1024

    file: IncomingFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = IncomingFile(self.file_name, self.content_type)
        self._hash = hashlib.sha256()
        self._utf8 = Utf8Check()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > settings.MAX_UPLOAD_SIZE:
            raise too_large()
        self._hash.update(raw_data)
        self._utf8.feed(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """Return the file with its hash, and with the answer whether all of it is UTF-8."""
        self.file.sha256 = self._hash.hexdigest()
        self.file.is_utf8 = self._utf8.finish()
        return super().file_complete(file_size)


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
