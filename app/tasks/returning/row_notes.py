"""Notes on rows of a file, at most one on each row, in the order of the file."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from heapq import merge
from operator import attrgetter
from typing import Final, NamedTuple

from django.utils.translation import gettext, gettext_noop

from core.postgres.release import release_connection
from tasks.codes import ALL_ROW_MESSAGES, row_message
from tasks.messages import UNKNOWN_CODE
from tasks.models import ImportJob
from tasks.reading.transcoding import writable
from tasks.writing import record_list

NOT_WRITTEN: Final = {
    "skipped": gettext_noop("The user exists already and was not changed."),
    "unchanged": gettext_noop("The user has these values already."),
}
"""Notes on rows that were neither rejected nor written, by outcome."""
# In memory at a time, whatever the size of the job:
_PAGE: Final = 2000
"""Rejections."""
_WINDOW: Final = 10_000_000
"""Rows whose outcomes are known, a byte each."""
_LISTS: Final = 10
"""Compressed lists of records."""

_STAYS_INACTIVE: Final = gettext_noop(
    "The user has deactivated this account. Only a superuser can activate it again."
)


class RowNote(NamedTuple):
    """The reason why a row was not written; `column` is empty if it concerns the whole row."""

    record: int
    column: str
    code: str
    message: str


def row_notes(job: ImportJob, include: Collection[str] = ()) -> Iterator[RowNote]:
    """Return the notes on rejected rows and on rows with the outcomes in `include`.

    The notes have the language of the call, because a streamed answer is read after the request.
    """

    def translated(text: str) -> str:
        return writable(gettext(text), job.encoding)

    rejected = _rejected(
        job, {text: translated(text) for text in (*ALL_ROW_MESSAGES, UNKNOWN_CODE)}
    )
    if not include:
        return rejected
    reasons = NOT_WRITTEN | {"stays_inactive": _STAYS_INACTIVE}
    messages = {reason: translated(text) for reason, text in reasons.items()}
    return merge(rejected, _not_written(job, include, messages), key=attrgetter("record"))


def _rejected(job: ImportJob, messages: Mapping[str, str]) -> Iterator[RowNote]:
    for record, column, code, detail in _pages(job):
        message = messages[row_message(code, detail) or UNKNOWN_CODE]
        yield RowNote(record, column, code, message.format(detail=detail))


def _pages(job: ImportJob) -> Iterator[tuple[int, str, str, str]]:
    """Yield the rejections. No connection is held while the caller uses them."""
    rejections = job.row_errors.order_by("record").values_list("record", "column", "code", "detail")
    last = 0
    while page := list(rejections.filter(record__gt=last)[:_PAGE]):
        release_connection()
        yield from page
        last = page[-1][0]


def _not_written(
    job: ImportJob, include: Collection[str], messages: Mapping[str, str]
) -> Iterator[RowNote]:
    # Chunks are sorted by e-mail address. One byte for each row restores the order of the file.
    if job.rows is None:
        return
    reasons = [*include, *(["stays_inactive"] if "skipped" in include else [])]
    for first in range(0, job.rows + 1, _WINDOW):
        window = _reasons_in_window(job, reasons, first)
        for match in re.finditer(rb"[^\0]", window):
            reason = reasons[window[match.start()] - 1]
            outcome = reason if reason in NOT_WRITTEN else "skipped"
            yield RowNote(first + match.start(), "", outcome, messages[reason])


def _reasons_in_window(job: ImportJob, reasons: Sequence[str], first: int) -> bytearray:
    """Return the reasons for the rows from `first`: numbers of `reasons` from 1, or 0."""
    window = bytearray(_WINDOW)
    for number, reason in enumerate(reasons, start=1):
        lists = job.chunks.values_list(f"{reason}_records", flat=True)
        for compressed in lists.iterator(chunk_size=_LISTS):
            records = record_list.decompress(bytes(compressed))
            start, end = (bisect_left(records, limit) for limit in (first, first + _WINDOW))
            for record in records[start:end]:
                window[record - first] = number
    release_connection()
    return window
