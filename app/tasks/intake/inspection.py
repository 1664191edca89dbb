"""The inspection of the beginning of a file: how an upload of the file would be read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from tempfile import TemporaryFile
from typing import Final

from tasks.codes import FileError, Message
from tasks.intake.admission import forbidden_fields
from tasks.intake.examine import SIGNATURE_SIZE, importable_workbook, open_table
from tasks.intake.small_workbook import SheetText, read_small
from tasks.options import Options
from tasks.reading import guessing, transcoding
from tasks.reading.beginning import CUT_FROM, SIZE, decompress_beginning
from tasks.reading.decoding import Utf8Check, detect
from tasks.reading.dialect import HEAD_SIZE, Dialect, sniff
from tasks.reading.formats import check_bytes
from tasks.reading.header import MAX_COLUMNS, Header, parse_header
from tasks.reading.header_columns import find_candidates, is_data, keys_of
from tasks.reading.header_rules import SECRETS, HeaderRules
from tasks.reading.known_headers import HEADER_MAX_LENGTH, meaning_of
from tasks.reading.sheet_table import restored
from tasks.reading.source import LineSource
from tasks.reading.unpacking import compression_of
from tasks.reading.workbook import DELIMITER
from users_uc.attribute_queries import declared_attributes
from users_uc.models import User

_SAMPLES: Final = 3
_SAMPLE_MAX_LENGTH: Final = 100
_SECRET: Final = (*SECRETS, "secret")
_FINAL: Final = ("empty_file", "not_csv", "too_large")
_CORRECTABLE: Final = ("header_too_wide", "header_nul", "workbook_not_inspected")
"""Messages of these codes that another delimiter or encoding, or the whole file, may change."""
_CUT_WORKBOOKS: Final = ("kind_xlsx", "kind_opendocument")


@dataclass
class Inspection:
    """The facts that the beginning of a file shows. A value is missing if an error comes before it.

    `header` is the header as an upload with the options reads it; with an error for which another
    option `columns` is proposed, as an upload with this option reads it.
    """

    options: Options
    rules: HeaderRules
    compression: str
    encoding: str | None = None
    dialect: Dialect | None = None
    sheet: SheetText | None = None
    header: Header | None = None
    error: FileError | None = None


@dataclass(frozen=True)
class Column:
    """A column of the file: its header, the field that it is imported as, and some of its cells."""

    name: str
    field: str | None
    samples: Sequence[str]


def inspect_for(owner: User, data: bytes, options: Options) -> Inspection:
    """Return what the first bytes of a file show if this user uploads it.

    Raises `ImportRefused` if the user may not send the options.
    """
    forbidden = forbidden_fields(owner, options)
    return inspect(data, options, options.header_rules(declared_attributes(), forbidden))


def final_error(data: bytes, inspection: Inspection) -> FileError | None:
    """Return the error if neither options nor the rest of the file can correct it."""
    error = inspection.error
    if error is None or error.code not in _FINAL or error.message.id in _CORRECTABLE:
        return None
    kind = error.message.params.get("kind")
    is_cut = len(data) >= CUT_FROM
    if is_cut and isinstance(kind, Message) and kind.id in _CUT_WORKBOOKS:
        return None
    return error


def inspect(data: bytes, options: Options, rules: HeaderRules) -> Inspection:
    """Return what the first bytes of a file show."""
    inspection = Inspection(options, rules, compression_of(data[:SIGNATURE_SIZE]))
    try:
        _inspect(inspection, data)
    except FileError as error:
        inspection.error = error
        inspection.header = _proposed_header(inspection)
    return inspection


def _inspect(inspection: Inspection, data: bytes) -> None:
    options = inspection.options
    csv = _csv(inspection, data)
    check_bytes(csv)
    is_cut = len(data) >= CUT_FROM or len(csv) == SIZE
    is_utf8 = _is_utf8(csv, is_cut=is_cut)
    known = detect(csv, is_utf8=is_utf8, requested=options.encoding)
    inspection.encoding = encoding = known or guessing.guess([csv]).encoding
    text = LineSource(transcoding.as_utf8(BytesIO(csv), encoding)).peek(HEAD_SIZE)
    is_sheet = inspection.sheet is not None
    delimiter = DELIMITER if is_sheet else options.delimiter
    dialect = sniff(text, encoding=encoding, delimiter=delimiter, rules=inspection.rules)
    inspection.dialect = _with_line_breaks(dialect) if is_sheet else dialect
    table = open_table(BytesIO(csv), encoding, options, inspection.rules, sheet=is_sheet)
    inspection.header = table.header


def _with_line_breaks(dialect: Dialect) -> Dialect:
    sample = [restored(row) for row in dialect.sample]
    return replace(dialect, header=restored(dialect.header), sample=sample)


def _csv(inspection: Inspection, data: bytes) -> bytes:
    """Return the beginning of the CSV text. Set the kind and the sheet of a workbook."""
    options, compression = inspection.options, inspection.compression
    found = importable_workbook(BytesIO(data), compression, options)
    if found is None:
        return decompress_beginning(data, compression)
    inspection.compression = found.kind
    with TemporaryFile() as file:  # for a process of its own
        file.write(data)
        inspection.sheet = read_small(file, found, options.sheet)
    if inspection.sheet is None:
        raise FileError("too_large", "workbook_not_inspected")
    return inspection.sheet.csv[:SIZE]


def _is_utf8(csv: bytes, *, is_cut: bool) -> bool:
    check = Utf8Check()
    check.feed(csv)
    return check.is_valid_so_far if is_cut else check.finish()


def proposed_columns(error: FileError) -> Mapping[str, str | None] | None:
    """Return the option `columns` that the error's message proposes, or `None`."""
    params = error.message.params
    if isinstance(problem := params.get("problem"), Message):
        params = problem.params
    option = params.get("option")
    return json.loads(option) if isinstance(option, str) else None


def _proposed_header(inspection: Inspection) -> Header | None:
    """Return the header that an upload with the proposed option has, or `None`."""
    error, dialect = inspection.error, inspection.dialect
    if not (error and dialect and (proposed := proposed_columns(error))):
        return None
    try:
        rules = replace(inspection.rules, columns={**inspection.options.columns, **proposed})
        return parse_header(dialect.header, rules, dialect.sample)
    except FileError:
        return None


def columns_of(inspection: Inspection) -> list[Column]:
    """Return the columns; none if the file has no header. Cells of secrets are never shown."""
    dialect = inspection.dialect
    if dialect is None or is_data(dialect.header, inspection.rules):
        return []
    names = dialect.header[:MAX_COLUMNS]
    imported = inspection.header.columns if inspection.header else {}
    fields = {at: field.partition(" ")[0] for field, at in imported.items()}
    secret = _secret_positions(dialect, inspection.rules)
    rows = dialect.sample
    if secret:  # a stray delimiter moves a secret to another column
        rows = [row for row in rows if len(row) == len(dialect.header)]
    return [
        Column(
            name=name.strip()[:HEADER_MAX_LENGTH],
            field=fields.get(at),
            samples=[] if at in secret else _cells(rows[:_SAMPLES], at),
        )
        for at, name in enumerate(names)
    ]


def _cells(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at][:_SAMPLE_MAX_LENGTH] for row in rows if at < len(row)]


def _secret_positions(dialect: Dialect, rules: HeaderRules) -> set[int]:
    """Return the positions of passwords, hashes and other secrets, imported or ignored."""
    keys = keys_of(dialect.header)
    by_field = find_candidates(keys, rules, dialect.sample).by_field
    requested = {one.position for field in _SECRET for one in by_field.get(field, ())}
    known = {at for at, key in enumerate(keys) if (m := meaning_of(key)) and m.field in _SECRET}
    return requested | known
