"""What an upload turns out to be, before anything of it is kept."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO, cast

from django.conf import settings

from tasks.codes import FileError, Message
from tasks.intake.incoming import IncomingFile, too_large
from tasks.intake.refused import ImportRefused
from tasks.messages import translate
from tasks.options import Options
from tasks.reading.decoding import Utf8Check, detect, has_bom
from tasks.reading.dialect import HEAD_SIZE
from tasks.reading.formats import check_bytes, check_utf16
from tasks.reading.table import Table
from tasks.reading.unpacking import compression_of, decompress

_SIGNATURE_SIZE = 16
_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Examined:
    """`csv_size` is that of the unpacked file; `compression` is empty where it is not packed."""

    compression: str
    csv_size: int
    table: Table


def examine(upload: IncomingFile, options: Options) -> Examined:
    """Return the upload's dialect and header. Raises `ImportRefused` if it cannot be imported."""
    try:
        return _examine(upload, options)
    except FileError as error:
        message = translate(error.message)
        raise ImportRefused(error.code, message, HTTPStatus.BAD_REQUEST) from None


def _examine(upload: IncomingFile, options: Options) -> Examined:
    stream = cast("BinaryIO", upload.open())
    compression = compression_of(stream.read(_SIGNATURE_SIZE))

    def csv() -> BinaryIO:
        stream.seek(0)
        return decompress(stream, compression)

    head, requested = csv().read(HEAD_SIZE), options.encoding
    check_bytes(head)
    if requested is None and not has_bom(head):
        check_utf16(head)
    measured = _measured(csv()) if compression else (upload.size or 0, upload.is_utf8)
    encoding = detect(head, is_utf8=measured[1], requested=requested)
    table = _table(csv(), encoding, options)
    return Examined(compression=compression, csv_size=measured[0], table=table)


def _measured(csv: BinaryIO) -> tuple[int, bool]:
    """The whole size, and whether all of it is UTF-8."""
    size, utf8 = 0, Utf8Check()
    while piece := csv.read(_PIECE):
        size += len(piece)
        if size > settings.MAX_UPLOAD_SIZE:
            raise too_large()
        utf8.feed(piece)
    return size, utf8.finish()


def _table(stream: BinaryIO, encoding: str, options: Options) -> Table:
    """FileError; it names what was overridden, since that may be why."""
    try:
        return Table(
            stream,
            encoding=encoding,
            delimiter=options.delimiter,
            columns=options.columns,
        )
    except FileError as error:
        if (how := _overrides(encoding, options)) is None:
            raise
        raise FileError(error.code, "with_options", problem=error.message, how=how) from None


def _overrides(encoding: str, options: Options) -> Message | None:
    """Return what the options decided about reading the file, or `None`."""
    delimiter = "tab" if options.delimiter == "\t" else options.delimiter
    match options.encoding, delimiter:
        case None, None:
            return None
        case _, None:
            message_id = "read_with_encoding"
        case None, _:
            message_id = "read_with_delimiter"
        case _:
            message_id = "read_with_both"
    return Message(message_id, {"encoding": encoding, "delimiter": delimiter or ""})
