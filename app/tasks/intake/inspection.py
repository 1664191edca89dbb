"""The inspection of the beginning of a file: how an upload of the file would be read."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO, Final

from tasks.codes import FileError, Message
from tasks.intake.admission import forbidden_fields
from tasks.intake.examine import SIGNATURE_SIZE, importable_workbook, open_table
from tasks.intake.small_workbook import SheetText, read_small
from tasks.options import Options
from tasks.reading import guessing, transcoding
from tasks.reading.beginning import CUT_FROM, SIZE, decompress_beginning
from tasks.reading.choice import likely_fields
from tasks.reading.decoding import Utf8Check, detect
from tasks.reading.dialect import HEAD_SIZE, Dialect, sniff
from tasks.reading.formats import check_bytes
from tasks.reading.header import MAX_COLUMNS, Header, parse_header
from tasks.reading.header_columns import Rows, find_candidates, is_data, keys_of
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
    """A column of the file: its header, the field that it is imported as, and some of its cells.

    `recognised` is the field that it has without the option `columns`.
    """

    name: str
    field: str | None
    samples: Sequence[str]
    recognised: str | None = None
    is_secret: bool = False


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


def inspect(data: bytes, options: Options, owner: User) -> Inspection:
    """Return what the first bytes of a file show. Raises `ImportRefused` for a forbidden option."""
    with TemporaryFile() as file:  # a process of its own reads a workbook
        file.write(data)
        return inspect_file(file, options, owner)


def inspect_file(file: BinaryIO, options: Options, owner: User) -> Inspection:
    """Return what the beginning of a file with a descriptor shows, or all of a small workbook.

    Raises `ImportRefused` if the owner may not import a field of the option `columns`.
    """
    forbidden = forbidden_fields(owner, options)
    rules = options.header_rules(declared_attributes(), forbidden)
    file.seek(0)
    inspection = Inspection(options, rules, compression_of(file.read(SIGNATURE_SIZE)))
    try:
        _inspect(inspection, file)
    except FileError as error:
        inspection.error = error
        inspection.header = _proposed_header(inspection)
    return inspection


def _inspect(inspection: Inspection, file: BinaryIO) -> None:
    options = inspection.options
    csv, is_cut = _csv(inspection, file)
    check_bytes(csv)
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


def _csv(inspection: Inspection, file: BinaryIO) -> tuple[bytes, bool]:
    """Return the beginning of the CSV text, and whether there may be more of it.

    Set the kind and the sheet of a workbook.
    """
    options, compression = inspection.options, inspection.compression
    found = importable_workbook(file, compression, options)
    if found is None:
        file.seek(0)
        data = file.read(SIZE)
        csv = decompress_beginning(data, compression)
        return csv, len(data) >= CUT_FROM or len(csv) == SIZE
    inspection.compression = found.kind
    inspection.sheet = read_small(file, found, options.sheet)
    if inspection.sheet is None:
        raise FileError("too_large", "workbook_not_inspected")
    csv = inspection.sheet.csv[:SIZE]
    return csv, len(csv) == SIZE


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
    recognised = _recognised(dialect, inspection.rules)
    secret = _secret_positions(dialect, inspection.rules)
    rows = _showable_rows(dialect, secret)
    return [
        Column(
            name=name.strip()[:HEADER_MAX_LENGTH],
            field=fields.get(at),
            samples=[] if at in secret else _cells(rows[:_SAMPLES], at),
            recognised=recognised.get(at),
            is_secret=at in secret,
        )
        for at, name in enumerate(names)
    ]


def first_rows(inspection: Inspection, count: int) -> list[list[str | None]]:
    """Return the cells of the first rows; none if the file has no header. A secret is `None`."""
    dialect = inspection.dialect
    if dialect is None or is_data(dialect.header, inspection.rules):
        return []
    secret = _secret_positions(dialect, inspection.rules)
    return [
        [None if at in secret else cell[:_SAMPLE_MAX_LENGTH] for at, cell in enumerate(row)]
        for row in _showable_rows(dialect, secret)[:count]
    ]


def _recognised(dialect: Dialect, rules: HeaderRules) -> Mapping[int, str]:
    """Return the field of each column without the option `columns`, also if it is ambiguous."""
    rules = replace(rules, columns={})
    candidates = find_candidates(keys_of(dialect.header), rules, dialect.sample)
    return likely_fields(candidates.without(rules.forbidden))


def _showable_rows(dialect: Dialect, secret: Collection[int]) -> Rows:
    """Return the rows whose cells may be shown, except those at the secret positions."""
    if not secret:
        return dialect.sample
    # a stray delimiter moves a secret to another column
    return [row for row in dialect.sample if len(row) == len(dialect.header)]


def _cells(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at][:_SAMPLE_MAX_LENGTH] for row in rows if at < len(row)]


def _secret_positions(dialect: Dialect, rules: HeaderRules) -> set[int]:
    """Return the positions of passwords, hashes and other secrets, imported or ignored."""
    keys = keys_of(dialect.header)
    by_field = find_candidates(keys, rules, dialect.sample).by_field
    requested = {one.position for field in _SECRET for one in by_field.get(field, ())}
    known = {at for at, key in enumerate(keys) if (m := meaning_of(key)) and m.field in _SECRET}
    return requested | known
