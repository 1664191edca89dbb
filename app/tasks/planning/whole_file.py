"""The facts about a compressed file that only the whole file shows: its size and its encoding."""

from collections.abc import Callable

from django.conf import settings

from tasks import files
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.measuring import measure


def examine(job: ImportJob, *, heartbeat: Callable[[], None]) -> None:
    """Set the size and the encoding of a job of whose file intake has read the beginning only.

    Raises `FileError` if the file is damaged, or decompresses to too many bytes.
    """
    if job.csv_size or not job.compression:
        return
    with files.open_csv(job) as csv:
        measured = measure(csv, limit=settings.MAX_UPLOAD_SIZE, heartbeat=heartbeat)
    job.csv_size = measured.size
    is_detected = Options.from_json(job.options).encoding is None
    if job.encoding == "utf-8" and is_detected and not measured.is_utf8:
        job.encoding = "windows-1252"
