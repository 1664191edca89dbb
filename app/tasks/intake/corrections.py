"""The upload of corrected rows: a new file with the headers of the first one."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import PurePath
from typing import Final

from tasks.intake.incoming import IncomingFile
from tasks.models import ImportJob
from tasks.options import DELIMITERS, Options, is_field
from tasks.reading.known_headers import normalised
from tasks.reading.spreadsheet import guard
from tasks.returning.correction import RejectedRows

_ENCODING: Final = "utf-8"
_SUFFIX: Final = "-corrected"
_NOT_HIGH: Final = re.compile("[\udc00-\udc7f]")


def corrected_file(
    job: ImportJob, rejected: RejectedRows, rows: Iterable[Sequence[str]]
) -> IncomingFile:
    """Return a CSV file with these rows below the headers of the job's file."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITERS[0], quoting=csv.QUOTE_ALL)
    writer.writerow(rejected.headers)
    for row in rows:
        writer.writerow([guard(cell) for cell in row] if rejected.is_guarded else row)
    name = PurePath(job.file_name.replace("/", "-")).stem.removesuffix(_SUFFIX)
    return IncomingFile.of(f"{name}{_SUFFIX}.csv", [_as_bytes(text.getvalue())])


def corrected_options(job: ImportJob, rejected: RejectedRows) -> Options:
    """Return the options of the job for a file with its corrected rows.

    They say which column is which, because the cells of the first rows have a say in it otherwise.
    `max_errors` is about the whole file: a few rows may have a high percentage of errors.
    """
    return replace(
        Options.from_json(job.options),
        delimiter=DELIMITERS[0],
        encoding=_ENCODING,
        sheet=None,
        max_errors=None,
        columns=_columns(rejected.headers, rejected.columns),
    )


def _columns(headers: Sequence[str], columns: Mapping[str, int]) -> dict[str, str | None]:
    """Return the option `columns` that says what it can say about these columns.

    It cannot say that several columns are one field, or name one of two equal headers.
    """
    keys = list(map(normalised, headers))
    counts = Counter(keys)
    field_at = {at: field for field, at in columns.items()}
    several = {field.partition(" ")[0] for field in columns if " " in field}
    found: dict[str, str | None] = {}
    for at, (key, header) in enumerate(zip(keys, headers, strict=True)):
        field = field_at.get(at)
        can_be_said = field is None or (is_field(field) and field not in several)
        if key and counts[key] == 1 and can_be_said:
            found[header.strip()] = field
    return found


def _as_bytes(text: str) -> bytes:
    """Return the text in UTF-8. Bytes that no encoding had stay wrong, so they are rejected."""
    return _NOT_HIGH.sub("\udcff", text).encode(_ENCODING, "surrogateescape")
