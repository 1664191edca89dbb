"""The CSV text of a workbook's sheet, which the plan stores beside the workbook."""

from collections.abc import Callable, Iterator
from typing import Final

from django.conf import settings

from tasks import files
from tasks.codes import FileError
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.sheet import Limits, Sheet, open_sheet

_LIMITS: Final = Limits(memory=1_350_000_000, seconds=300)
"""1,000,000 rows of ten columns take less than 700 MB; ADR 34 has the measurements."""
_BLOCK_SIZE: Final = 64 * 1024


def store_sheet(job: ImportJob, *, heartbeat: Callable[[], None]) -> None:
    """Store the sheet and set the fields of the job about it.

    Raises `FileError` (not_csv, unknown_sheet, empty_file, too_large).
    """
    name = Options.from_json(job.options).sheet
    with (
        files.open_upload(job) as workbook,
        open_sheet(workbook, name, limits=_LIMITS, heartbeat=heartbeat) as sheet,
    ):
        job.sheet, job.other_sheets = sheet.name, list(sheet.others)
        job.csv_size = 0
        job.sheet_file = files.write_sheet(job, _blocks(job, sheet, heartbeat))


def _blocks(job: ImportJob, sheet: Sheet, heartbeat: Callable[[], None]) -> Iterator[bytes]:
    """Yield the CSV text and count its bytes in `job.csv_size`."""
    while block := sheet.read(_BLOCK_SIZE):
        heartbeat()
        job.csv_size += len(block)
        if job.csv_size > settings.MAX_UPLOAD_SIZE:
            raise FileError("too_large", limit=settings.MAX_UPLOAD_SIZE)
        yield block
