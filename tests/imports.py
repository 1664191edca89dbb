"""Helpers that make import jobs and run their stages in the process of the test."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tasks import files
from tasks.lifecycle import finish
from tasks.models import ImportChunk, ImportJob
from tasks.options import Options
from tasks.planning import plan
from tasks.writing import load
from users_uc.models import User

_DEFAULTS = Options()


def make_job(
    content: str | bytes,
    *,
    owner: User | None = None,
    options: Options = _DEFAULTS,
    has_secrets: bool = False,
) -> ImportJob:
    """Return a job as an accepted upload leaves it: its file is stored, nothing is planned."""
    data = content.encode() if isinstance(content, str) else content
    job = ImportJob(
        owner=owner,
        file_name="people.csv",
        file_size=len(data),
        csv_size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding="utf-8",
        delimiter=",",
        options=options.to_store(),
        has_secrets=has_secrets,
        traceparent="",
    )
    job.file = default_storage.save(files.original_name(job.id), ContentFile(data))
    job.save()
    return job


def run(job: ImportJob) -> ImportJob:
    """Plan the job, load every chunk, finish it and return it with its final state."""
    plan.plan(job.id)
    for number in open_chunk_numbers(job):
        load.load(job.id, number)
    finish.finish_job(job.id)
    job.refresh_from_db()
    return job


def planned_job(content: str | bytes, options: Options = _DEFAULTS) -> ImportJob:
    """Return a job whose file is planned and none of whose chunks is loaded."""
    job = make_job(content, options=options)
    assert plan.plan(job.id)
    job.refresh_from_db()
    return job


def imported(
    content: str | bytes, *, owner: User | None = None, options: Options = _DEFAULTS
) -> ImportJob:
    """Import this content and return the finished job."""
    return run(make_job(content, owner=owner, options=options))


def open_chunk_numbers(job: ImportJob) -> list[int]:
    """Return the numbers of the chunks that are not loaded yet."""
    chunks = ImportChunk.objects.filter(job=job, state=ImportChunk.State.OPEN)
    return list(chunks.order_by("number").values_list("number", flat=True))


def outcome(job: ImportJob) -> dict[str, int]:
    """Return the job's counts that are not zero."""
    names = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")
    counts: dict[str, int] = {name: getattr(job, name) for name in names if getattr(job, name)}
    return counts


def emails() -> list[str]:
    """Return the e-mail addresses of all users, sorted."""
    return list(User.objects.order_by("email").values_list("email", flat=True))


def stored_files(job: ImportJob) -> list[str]:
    """Return the kinds of the job's stored files: `original.csv`, `chunk` and `index`."""

    def kinds(folder: str) -> list[str]:
        folders, names = default_storage.listdir(folder)
        below = [kind for name in folders for kind in kinds(f"{folder}/{name}")]
        is_index = folder.endswith(f"/{files.INDEX}")
        own = ["index" if is_index else "chunk" if ".arrow" in name else name for name in names]
        return own + below

    return sorted(kinds(files.job_folder(job.id)))
