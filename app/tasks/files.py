"""The files of an import in the storage. No name of a file comes from a client.

imports/JOB/original.csv      the uploaded file, compressed or not, or a workbook
imports/JOB/sheet-*.csv       the CSV text of a workbook's sheet, of each attempt to plan
imports/JOB/PLAN/*.arrow      the chunks of one attempt to plan; PLAN is a random name. In a store
                              their names end with a checksum
imports/JOB/PLAN/index/*      which rows each chunk has; kept until the import expires. In a store
                              the chunk itself is kept instead, if it has no passwords
incoming/JOB.storing          an empty file while the upload is stored and its job not committed
"""

import io
import uuid
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import BinaryIO, Literal, cast

import polars as pl
from django.core.files.base import File
from django.core.files.storage import default_storage

from core.storage.base import INCOMING, MARKERS, CheckedContent, file_storage
from core.storage.errors import DamagedFileError
from core.storage.removal import removed_on_error
from tasks.codes import FileError
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading import unpacking
from tasks.reading.sheet_table import SheetTable
from tasks.reading.table import Table
from users_uc.attributes.declared import NO_ATTRIBUTES, Declared

ROOT = "imports"
INDEX = "index"
type _Compression = Literal["uncompressed", "lz4", "zstd"]


def job_folder(job_id: uuid.UUID) -> str:
    """Return the folder of the job's files."""
    return f"{ROOT}/{job_id}"


def original_name(job_id: uuid.UUID) -> str:
    """Return the name of the uploaded file."""
    return f"{job_folder(job_id)}/original.csv"


def storing_marker(job_id: uuid.UUID) -> str:
    """Return the name of the empty file that names an upload whose job is not committed yet.

    If the web worker dies before the commit, `sweep` finds the upload by this file. A search among
    all stored files would take longer with each import.
    """
    return f"{INCOMING}/{job_id}{MARKERS}"


def storing_markers() -> list[str]:
    """Return the names of all such files."""
    try:
        _, names = default_storage.listdir(INCOMING)
    except FileNotFoundError:
        return []
    return [f"{INCOMING}/{name}" for name in names if name.endswith(MARKERS)]


def remove_upload(job_id: uuid.UUID) -> None:
    """Remove the files of a job that does not exist, and then its marker."""
    remove_tree(job_folder(job_id))
    default_storage.delete(storing_marker(job_id))


@contextmanager
def new_plan(job_id: uuid.UUID) -> Iterator[str]:
    """Yield a new folder for the chunks of one attempt to plan. Remove it if the body fails.

    Other attempts have other folders, so files that a dead attempt left are never loaded. A body
    that fails because the storage is full leaves no files that keep it full.
    """
    prefix = f"{job_folder(job_id)}/{uuid.uuid4().hex}"
    with removed_on_error(prefix, lambda: remove_tree(prefix)):
        yield prefix


def open_stored(name: str) -> BinaryIO:
    """Open the stored file, which the caller closes. Raises `FileError` if it is missing."""
    try:
        return cast("BinaryIO", default_storage.open(name, "rb"))
    except FileNotFoundError:
        raise FileError("file_missing") from None


@contextmanager
def damage_as_file_error() -> Iterator[None]:
    """Raise `FileError` if the body finds that a stored file is damaged."""
    try:
        yield
    except DamagedFileError:
        raise FileError("file_damaged") from None


@contextmanager
def open_table(job: ImportJob, attributes: Declared | None = None) -> Iterator[Table]:
    """Open the job's file as the table that intake found in it. See `open_csv`.

    Its columns are those that the plan has found, or with `attributes`, which are the declared ones
    of now, those that the plan would find.
    """
    columns = job.imported_columns if attributes is None else None
    table = SheetTable if job.is_workbook else Table
    with damage_as_file_error(), open_csv(job) as stream:
        yield table(
            stream,
            encoding=job.encoding,
            delimiter=job.delimiter,
            rules=Options.from_json(job.options).header_rules(
                attributes or NO_ATTRIBUTES, job.forbidden_fields
            ),
            columns=columns,
        )


def open_csv(job: ImportJob) -> BinaryIO:
    """Open the job's CSV text, decompressed, which the caller closes. It can be read once.

    Raises `FileError` as `open_upload` does.
    """
    if job.is_workbook:
        return _open_whole(job.sheet_file, job.csv_size)
    return unpacking.decompress(open_upload(job), job.compression)


def open_upload(job: ImportJob) -> BinaryIO:
    """Open the job's file as it was sent, which the caller closes.

    Raises `FileError` if the file is missing, or if its size has changed: a part of the file must
    not be imported as the whole.
    """
    return _open_whole(job.file, job.file_size)


def _open_whole(name: str, size: int) -> BinaryIO:
    stream = open_stored(name)
    if stream.seek(0, io.SEEK_END) != size:
        stream.close()
        raise FileError("file_damaged")
    stream.seek(0)
    return stream


class _Blocks(File[bytes]):
    """The content of a file, to be stored as it arrives."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        super().__init__(None)
        self._blocks = blocks

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield from self._blocks


def write_sheet(job: ImportJob, blocks: Iterable[bytes]) -> str:
    """Store the CSV text of a workbook's sheet and return its name. Leave nothing if it fails."""
    name = f"{job_folder(job.id)}/sheet-{uuid.uuid4().hex}.csv"
    with removed_on_error(name, lambda: default_storage.delete(name)):
        return default_storage.save(name, _Blocks(blocks))


def write_chunk(prefix: str, rows: pl.DataFrame, *, compress: bool = False) -> str:
    """Store the rows of a chunk and return its name.

    LZ4 takes as long as sorting. A store always gets Zstandard, which takes a little longer for
    less than half of the bytes: to send a byte costs more than to compress it. Polars reads altered
    bytes as other rows, so the name has a checksum.
    """
    remote = file_storage().is_remote
    compression: _Compression = "zstd" if remote else "lz4" if compress else "uncompressed"
    buffer = io.BytesIO()
    # The oldest level writes offsets, which are shorter than views and take less time.
    rows.write_ipc(buffer, compat_level=pl.CompatLevel.oldest(), compression=compression)
    checksum = f"-{_checksum(buffer.getvalue())}" if remote else ""
    name = f"{prefix}/{uuid.uuid4().hex}{checksum}.arrow"
    return default_storage.save(name, CheckedContent(buffer))


def read_chunk(name: str, *, only: Collection[str] | None = None) -> pl.DataFrame:
    """Return the rows of a stored chunk, with all columns or those of `only` that it has.

    A chunk in a folder has no checksum. Raises `FileError` if it is missing or damaged.
    """
    with open_stored(name) as file:
        data = file.read()
    _, _, checksum = PurePath(name).stem.partition("-")
    if checksum and checksum != _checksum(data):
        raise FileError("file_damaged", "chunk_damaged")
    try:
        names = pl.read_ipc_schema(io.BytesIO(data))
        columns = None if only is None else [name for name in names if name in only]
        return pl.read_ipc(data, columns=columns)
    except (pl.exceptions.ComputeError, OSError):  # OSError: it is empty
        raise FileError("file_damaged", "chunk_damaged") from None


def _checksum(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def remove_others(folder: str, keep: Collection[str]) -> None:
    """Remove all that the folder contains, if it exists, except for the files to keep."""
    file_storage().remove_others(folder, keep)


def remove_tree(folder: str) -> None:
    """Remove the folder and all that it contains, if it exists."""
    remove_others(folder, keep=())
    default_storage.delete(folder)
