"""What is to be said of a file's rows, one of each at most, in the file's order."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Final

from django.utils.translation import gettext

from tasks.codes import ROW_MESSAGES
from tasks.file_messages import gettext_noop
from tasks.models import ImportJob
from tasks.reading.transcoding import writable
from tasks.writing import record_list

NOT_WRITTEN: Final = {
    "skipped": gettext_noop("A user with this e-mail address exists and was not changed."),
    "unchanged": gettext_noop("The user with this e-mail address has these values already."),
}
"""What can be said, beside refusals, of rows that needed no writing, by outcome."""


@dataclass(frozen=True, slots=True)
class RowNote:
    """Why a record is looked at again; `column` is empty where it is about the whole row."""

    record: int
    column: str
    code: str
    message: str


def row_notes(job: ImportJob, include: Collection[str] = ()) -> Iterator[RowNote]:
    """Of the refused rows, and of those with the outcomes in `include`, see NOT_WRITTEN.

    In the language of the call: what is streamed is read when that is over.
    """
    messages = {
        code: writable(gettext(text), job.encoding)
        for code, text in (ROW_MESSAGES | NOT_WRITTEN).items()
    }
    rejected, others = _rejected(job, messages), _not_written(job, include, messages)
    return merge(rejected, others, key=attrgetter("record"))


def _rejected(job: ImportJob, messages: Mapping[str, str]) -> Iterator[RowNote]:
    for error in job.row_errors.order_by("record").iterator(chunk_size=2000):
        message = messages[error.code].format(detail=error.detail)
        yield RowNote(error.record, error.column, error.code, message)


def _not_written(
    job: ImportJob, include: Collection[str], messages: Mapping[str, str]
) -> Iterator[RowNote]:
    """Chunks are in the order of e-mails: a byte for each row puts their records in the file's."""
    if job.rows is None:
        return
    outcomes = ["", *include]
    found = bytearray(job.rows + 1)
    for number, outcome in enumerate(include, start=1):
        for packed in job.chunks.values_list(f"{outcome}_records", flat=True):
            for record in record_list.decompress(bytes(packed)):
                found[record] = number
    for match in re.finditer(rb"[^\0]", found):
        outcome = outcomes[found[match.start()]]
        yield RowNote(match.start(), "", outcome, messages[outcome])
