"""The decision whether a file is loaded, and read to its end, in spite of its rejected rows."""

from typing import Final

import polars as pl

from tasks.codes import FileError
from tasks.options import Options

MANY: Final = 100_000
"""A file of which more rows than this, and more than half, are rejected is not loaded."""


def limit_error(options: Options, *, failed: int, rows: int) -> FileError | None:
    """Return the error of a file with too many rejected rows, or `None` if the file is loaded.

    `rows` is the number of rows that were read.
    """
    if options.max_errors is None and failed > MANY and 2 * failed > rows:
        return FileError("too_many_errors", "mostly_rejected", failed=failed, rows=rows)
    if failed and options.on_error == "abort":
        return FileError("aborted", failed=failed, rows=rows)
    if not options.tolerates(failed=failed, rows=rows):
        max_errors = str(options.max_errors)
        return FileError("too_many_errors", failed=failed, rows=rows, max_errors=max_errors)
    return None


def last_record(options: Options, rejected: pl.Series, *, before: int) -> int | None:
    """Return the record after which the file is not read further, or `None`.

    `rejected` are the ascending numbers of rejected records, and `before` is the number of those
    before them. At this record `limit_error` already fails the file, so the result does not depend
    on the blocks in which the file is read.
    """
    if options.max_errors is not None or before + rejected.len() <= MANY:
        return None
    failed = pl.int_range(before + 1, before + rejected.len() + 1, eager=True)
    fatal = rejected.filter((failed > MANY) & (2 * failed > rejected))
    return None if fatal.is_empty() else int(fatal[0])
