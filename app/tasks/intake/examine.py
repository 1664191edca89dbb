"""The examination of an upload before it is stored: compression, encoding, dialect, header.

Intake reads only the beginning of a compressed file, because decompressing the rest may take
minutes of processor time. It also guesses an encoding from the beginning, and does not read large
workbooks. The plan examines the rest.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import BinaryIO

from django.conf import settings

from tasks.codes import FileError, Message
from tasks.intake.incoming import IncomingFile, too_large
from tasks.intake.refused import ImportRefused
from tasks.intake.small_workbook import read_small
from tasks.messages import translate
from tasks.options import Options
from tasks.reading import guessing, workbook
from tasks.reading.decoding import detect
from tasks.reading.dialect import HEAD_SIZE
from tasks.reading.formats import check_bytes
from tasks.reading.header_rules import HeaderRules
from tasks.reading.measuring import Measured, measure
from tasks.reading.sheet_table import SheetTable
from tasks.reading.table import Table
from tasks.reading.unpacking import compression_of, decompress
from tasks.reading.workbook import Workbook, find_workbook

SIGNATURE_SIZE = 16


@dataclass(frozen=True, kw_only=True)
class Examined:
    """The result. `compression` is empty for a file without one, or the kind of a workbook.

    `csv_size` is the size of the decompressed file or of the sheet's CSV text, or 0 if it is not
    known. `table` is `None` for a workbook that was not read. `sheet` and `other_sheets` are empty
    for other files.
    """

    compression: str
    csv_size: int
    table: Table | None
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)


def examine(upload: IncomingFile, options: Options, rules: HeaderRules) -> Examined:
    """Return the upload's dialect and header. Raises `ImportRefused` if it cannot be imported."""
    try:
        return _examine(upload, options, rules)
    except FileError as error:
        if error.code == "too_large":
            raise too_large() from None
        message = translate(error.message)
        raise ImportRefused(error.code, message, HTTPStatus.BAD_REQUEST) from None


def _examine(upload: IncomingFile, options: Options, rules: HeaderRules) -> Examined:
    stream = upload.stream()
    compression = compression_of(stream.read(SIGNATURE_SIZE))
    if found := importable_workbook(stream, compression, options):
        return _examine_workbook(stream, found, options, rules)

    def csv() -> BinaryIO:
        stream.seek(0)
        return decompress(stream, compression)

    head = csv().read(HEAD_SIZE)
    check_bytes(head)
    measured = Measured(size=upload.size or 0, is_utf8=upload.is_utf8, is_whole=True)
    if compression:
        measured = measure(csv(), limit=settings.MAX_UPLOAD_SIZE, stop_at=guessing.BEGINNING)
    known = detect(head, is_utf8=measured.is_utf8, requested=options.encoding)
    encoding = known or guessing.guess([csv().read(guessing.BEGINNING)]).encoding
    table = open_table(csv(), encoding, options, rules)
    csv_size = measured.size if measured.is_whole else 0
    return Examined(compression=compression, csv_size=csv_size, table=table)


def importable_workbook(stream: BinaryIO, compression: str, options: Options) -> Workbook | None:
    """Return the workbook that the file is, or `None` if it is none.

    Raises `FileError` for a workbook that cannot be imported, and for an option that the other kind
    of file has.
    """
    found = find_workbook(stream) if compression == "zip" else None
    if found and (options.delimiter or options.encoding):
        raise FileError("not_csv", "workbook_dialect")
    if not found and options.sheet is not None:
        raise FileError("unknown_sheet", "no_sheets", name=options.sheet)
    return found


def _examine_workbook(
    stream: BinaryIO, found: Workbook, options: Options, rules: HeaderRules
) -> Examined:
    text = read_small(stream, found, options.sheet)
    if text is None:
        return Examined(compression=found.kind, csv_size=0, table=None)
    table = open_table(BytesIO(text.csv), workbook.ENCODING, options, rules, sheet=True)
    return Examined(
        compression=found.kind,
        csv_size=len(text.csv),
        table=table,
        sheet=text.name,
        other_sheets=text.others,
    )


def open_table(
    stream: BinaryIO,
    encoding: str,
    options: Options,
    rules: HeaderRules,
    *,
    sheet: bool = False,
) -> Table:
    """Return the table. A `FileError` also names the options that may have caused it."""
    try:
        table = (SheetTable if sheet else Table)(
            stream,
            encoding=encoding,
            delimiter=workbook.DELIMITER if sheet else options.delimiter,
            rules=rules,
        )
        if options.match == "external_id":
            table.require_external_id()
    except FileError as error:
        if (how := _overrides(encoding, options)) is None:
            raise
        raise FileError(error.code, "with_options", problem=error.message, how=how) from None
    return table


def _overrides(encoding: str, options: Options) -> Message | None:
    """Return a message about the options that decided how the file is read, or `None`."""
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
