"""Where an import's files lie in the storage. Every name is made here; none comes from a client.

imports/JOB/original.csv      what was uploaded, packed if it was
imports/JOB/PLAN/*.arrow      the chunks of one attempt to plan, PLAN being its random name
"""

import io
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import polars as pl
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from tasks.codes import FileError
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading import unpacking
from tasks.reading.table import Table

logger = logging.getLogger(__name__)

ROOT = "imports"


def job_folder(job_id: uuid.UUID) -> str:
    """What all of the job's names begin with."""
    return f"{ROOT}/{job_id}"


def original_name(job_id: uuid.UUID) -> str:
    """The uploaded file's name."""
    return f"{job_folder(job_id)}/original.csv"


@contextmanager
def new_plan(job_id: uuid.UUID) -> Iterator[str]:
    """A prefix that no other attempt has: what a dead one left is never mixed up with this one.

    Its files are removed where the body fails; perhaps for lack of room, which nobody has then.
    """
    prefix = f"{job_folder(job_id)}/{uuid.uuid4().hex}"
    try:
        yield prefix
    except BaseException:
        with log_failed_removal(prefix):
            remove_tree(prefix)
        raise


@contextmanager
def log_failed_removal(name: str) -> Iterator[None]:
    """What cannot be removed now does not stop anything else; a later sweep tries again."""
    try:
        yield
    except OSError as error:
        logger.warning("%s cannot be removed: %s", name, error)


def sync_to_disk(name: str) -> None:
    """Write the stored file and the directory entries on its path to disk.

    The directories are those up to the root of the storage: the file may be the first in each. A
    storage that is not a file system promises this itself.
    """
    if not isinstance(default_storage, FileSystemStorage):
        return
    path = Path(default_storage.path(name))
    while path.is_relative_to(default_storage.location):
        _sync(path)
        path = path.parent


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_stored(name: str) -> BinaryIO:
    """The stored file, to be read as bytes and closed by the caller. FileError where it is gone."""
    try:
        return cast("BinaryIO", default_storage.open(name, "rb"))
    except FileNotFoundError:
        raise FileError("file_missing") from None


@contextmanager
def open_table(job: ImportJob) -> Iterator[Table]:
    """Open the job's file as the table that intake found in it, to be read once.

    Raises `FileError` if the file is gone or damaged: a part of it must not pass for the whole.
    """
    with _open_csv(job) as stream:
        yield Table(
            stream,
            encoding=job.encoding,
            delimiter=job.delimiter,
            columns=Options(**job.options).columns,
        )


def _open_csv(job: ImportJob) -> BinaryIO:
    stream = open_stored(job.file)
    if stream.seek(0, io.SEEK_END) != job.file_size:
        stream.close()
        raise FileError("file_damaged")
    stream.seek(0)
    return unpacking.opened(stream, job.compression)


def write_chunk(prefix: str, rows: pl.DataFrame, *, packed: bool = False) -> str:
    """Store a chunk's rows; its name. To pack them takes as long as to sort them."""
    buffer = io.BytesIO()
    # With offsets, which are shorter than views and take less time to write.
    offsets = pl.CompatLevel.oldest()
    rows.write_ipc(buffer, compat_level=offsets, compression="lz4" if packed else "uncompressed")
    return default_storage.save(f"{prefix}/{uuid.uuid4().hex}.arrow", File(buffer))


def read_chunk(name: str) -> pl.DataFrame:
    """The rows of a stored chunk. FileError where it is gone or damaged."""
    with open_stored(name) as file:
        data = file.read()
    try:
        return pl.read_ipc(data)
    except (pl.exceptions.ComputeError, OSError):  # OSError: nothing is in it
        raise FileError("file_damaged", "chunk_damaged") from None


def remove_tree(folder: str) -> None:
    """The folder and all below it; nothing where there is none."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        remove_tree(f"{folder}/{inner}")
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
