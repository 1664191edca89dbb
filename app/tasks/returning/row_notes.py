"""What is to be said of a file's rows, one of each at most, in the file's order."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Final

from django.utils.translation import gettext

from tasks.codes import ROW_MESSAGES, gettext_noop
from tasks.models import ImportJob
from tasks.reading.transcoding import writable
from tasks.writing import record_list

NOT_WRITTEN: Final = {
    "skipped": gettext_noop("A person with this e-mail exists already, and was left as they are."),
    "unchanged": gettext_noop("The person of this e-mail has all of this already."),
}
"""What can be said, beside refusals, of rows that needed no writing, by outcome."""


@dataclass(frozen=True, slots=True)
class Note:
    """Why a record is looked at again; `column` is empty where it is about the whole row."""

    record: int
    column: str
    code: str
    message: str


def notes(job: ImportJob, include: Collection[str] = ()) -> Iterator[Note]:
    """Of the refused rows, and of those with the outcomes in `include`, see NOT_WRITTEN.

    In the language of the call: what is streamed is read when that is over.
    """
    messages = {
        code: writable(gettext(text), job.encoding)
        for code, text in (ROW_MESSAGES | NOT_WRITTEN).items()
    }
    refused, others = _refused(job, messages), _not_written(job, include, messages)
    return merge(refused, others, key=attrgetter("record"))


def _refused(job: ImportJob, messages: Mapping[str, str]) -> Iterator[Note]:
    for error in job.row_errors.order_by("record").iterator(chunk_size=2000):
        message = messages[error.code].format(detail=error.detail)
        yield Note(error.record, error.column, error.code, message)


def _not_written(
    job: ImportJob, include: Collection[str], messages: Mapping[str, str]
) -> Iterator[Note]:
    """Chunks are in the order of e-mails: a byte for each row puts their records in the file's."""
    if job.rows is None:
        return
    outcomes = ["", *include]
    found = bytearray(job.rows + 1)
    for number, outcome in enumerate(include, start=1):
        for packed in job.chunks.values_list(f"{outcome}_records", flat=True):
            for record in record_list.unpack(bytes(packed)):
                found[record] = number
    for match in re.finditer(rb"[^\0]", found):
        outcome = outcomes[found[match.start()]]
        yield Note(match.start(), "", outcome, messages[outcome])
