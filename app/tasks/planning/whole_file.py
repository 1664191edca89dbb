"""The facts about a file that only the whole file shows: its size and its encoding."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO, Final

import polars as pl
from django.conf import settings

from tasks import files
from tasks.models import ImportJob
from tasks.options import Options
from tasks.planning import sheets
from tasks.reading import guessing, transcoding
from tasks.reading.decoding import UNICODE
from tasks.reading.measuring import measure
from users_uc.attributes.declared import Declared

_BLOCK_SIZE: Final = 1024 * 1024
_SAMPLE_BLOCKS: Final = 16
_VALUES: Final = 3
_MAX_LENGTH: Final = 60


def examine(job: ImportJob, declared: Declared, *, heartbeat: Callable[[], None]) -> None:
    """Set the size and the encoding of a job of whose file intake has read the beginning only.

    Raises `FileError` if the file is damaged, or decompresses to too many bytes.
    """
    is_utf8 = True
    if job.is_workbook:
        sheets.store_sheet(job, heartbeat=heartbeat)
    elif job.compression and not job.csv_size:
        with files.open_csv(job) as csv:
            measured = measure(csv, limit=settings.MAX_UPLOAD_SIZE, heartbeat=heartbeat)
        job.csv_size, is_utf8 = measured.size, measured.is_utf8
    is_guessed = job.encoding not in UNICODE or (job.encoding == "utf-8" and not is_utf8)
    if is_guessed and Options.from_json(job.options).encoding is None:
        _guess(job, declared, heartbeat)


def _guess(job: ImportJob, declared: Declared, heartbeat: Callable[[], None]) -> None:
    """Set the encoding, and how some values read in it and in its alternatives."""
    with files.open_csv(job) as csv:
        guess = guessing.guess(_blocks(csv, heartbeat))
    job.encoding = guess.encoding
    values = _values(job, declared, guess.alternatives, heartbeat)
    job.encoding_guess = {
        "values": [_printable(value) for value in values],
        "alternatives": {
            name: [_printable(_read_as(value, job.encoding, name)) for value in values]
            for name in guess.alternatives
        },
    }


def _blocks(csv: BinaryIO, heartbeat: Callable[[], None]) -> Iterator[bytes]:
    while block := csv.read(_BLOCK_SIZE):
        heartbeat()
        yield block


def _values(
    job: ImportJob,
    declared: Declared,
    alternatives: tuple[str, ...],
    heartbeat: Callable[[], None],
) -> list[str]:
    """Return the first different cells that an alternative reads in another way."""
    values: list[str] = []
    with files.open_table(job, declared) as table:
        if table.header.has_secrets:
            return []
        for batch in islice(table.batches(), _SAMPLE_BLOCKS):
            heartbeat()
            for value in _non_ascii(batch.rows):
                read = [_read_as(value, job.encoding, name) for name in alternatives]
                depends = not read or any(text != value for text in read)
                if depends and value not in values:
                    values.append(value)
                if len(values) == _VALUES:
                    return values
    return values


def _non_ascii(rows: pl.DataFrame) -> Iterator[str]:
    for column in rows.select(pl.col(pl.String)):
        yield from column.filter(column.str.len_bytes() != column.str.len_chars())


def _read_as(value: str, encoding: str, other: str) -> str:
    """Return a cell that was read in one encoding as it reads in the other one."""
    return transcoding.encoded(value, encoding).decode(other, "replace")


def _printable(value: str) -> str:
    """Return the beginning of a value without characters that PostgreSQL or a terminal refuses."""
    start = value.strip()[:_MAX_LENGTH]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in start)
