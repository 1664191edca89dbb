"""A stored file as the table that it was understood to be when it came."""

from typing import BinaryIO

from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.table import Table


def table_of(job: ImportJob, stream: BinaryIO) -> Table:
    """`stream` as files.open_csv gives it. FileError."""
    return Table(
        stream,
        encoding=job.encoding,
        delimiter=job.delimiter,
        columns=Options(**job.options).columns,
    )
