"""Notes on rows of a file, at most one on each row, in the order of the file."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Final

from django.utils.translation import gettext, gettext_noop

from tasks.codes import ROW_MESSAGES
from tasks.messages import UNKNOWN_CODE
from tasks.models import ImportJob
from tasks.reading.transcoding import writable
from tasks.writing import record_list

NOT_WRITTEN: Final = {
    "skipped": gettext_noop("A user with this e-mail address exists and was not changed."),
    "unchanged": gettext_noop("The user with this e-mail address has these values already."),
}
"""Notes on rows that were neither rejected nor written, by outcome."""


@dataclass(frozen=True, slots=True)
class RowNote:
    """The reason why a row was not written; `column` is empty if it concerns the whole row."""

    record: int
    column: str
    code: str
    message: str


def row_notes(job: ImportJob, include: Collection[str] = ()) -> Iterator[RowNote]:
    """Return the notes on rejected rows and on rows with the outcomes in `include`.

    The notes have the language of the call, because a streamed answer is read after the request.
    """
    messages = {
        code: writable(gettext(text), job.encoding)
        for code, text in ({"": UNKNOWN_CODE} | ROW_MESSAGES | NOT_WRITTEN).items()
    }
    rejected, others = _rejected(job, messages), _not_written(job, include, messages)
    return merge(rejected, others, key=attrgetter("record"))


def _rejected(job: ImportJob, messages: Mapping[str, str]) -> Iterator[RowNote]:
    for error in job.row_errors.order_by("record").iterator(chunk_size=2000):
        message = messages.get(error.code, messages[""]).format(detail=error.detail)
        yield RowNote(error.record, error.column, error.code, message)


def _not_written(
    job: ImportJob, include: Collection[str], messages: Mapping[str, str]
) -> Iterator[RowNote]:
    # Chunks are sorted by e-mail address. One byte for each row restores the order of the file.
    if job.rows is None:
        return
    outcomes = ["", *include]
    outcome_of_row = bytearray(job.rows + 1)
    for number, outcome in enumerate(include, start=1):
        for compressed in job.chunks.values_list(f"{outcome}_records", flat=True):
            for record in record_list.decompress(bytes(compressed)):
                outcome_of_row[record] = number
    for match in re.finditer(rb"[^\0]", outcome_of_row):
        outcome = outcomes[outcome_of_row[match.start()]]
        yield RowNote(match.start(), "", outcome, messages[outcome])
