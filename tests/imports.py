"""Jobs made and brought to their end in the test's own process, as the tasks do it."""

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
    """An accepted upload that nobody works on yet."""
    data = content.encode() if isinstance(content, str) else content
    job = ImportJob(
        owner=owner,
        file_name="people.csv",
        file_size=len(data),
        csv_size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding="utf-8",
        delimiter=",",
        options=options.as_json(),
        has_secrets=has_secrets,
        traceparent="",
    )
    job.file = default_storage.save(files.original_name(job.id), ContentFile(data))
    job.save()
    return job


def run(job: ImportJob) -> ImportJob:
    """Plan, load every chunk and finish; the job as it is then."""
    plan.plan(job.id)
    for number in open_numbers(job):
        load.load(job.id, number)
    finish.finish_job(job.id)
    job.refresh_from_db()
    return job


def planned(content: str | bytes, options: Options = _DEFAULTS) -> ImportJob:
    """A job with chunks that nobody has loaded."""
    job = make_job(content, options=options)
    assert plan.plan(job.id)
    job.refresh_from_db()
    return job


def imported(
    content: str | bytes, *, owner: User | None = None, options: Options = _DEFAULTS
) -> ImportJob:
    """A job for this file at its end."""
    return run(make_job(content, owner=owner, options=options))


def open_numbers(job: ImportJob) -> list[int]:
    """The chunks that wait."""
    chunks = ImportChunk.objects.filter(job=job, state=ImportChunk.State.OPEN)
    return list(chunks.order_by("number").values_list("number", flat=True))


def outcome(job: ImportJob) -> dict[str, int]:
    """The counts, without those that are zero."""
    names = ("rows", "created", "updated", "unchanged", "skipped", "failed", "not_loaded")
    counts: dict[str, int] = {name: getattr(job, name) for name in names if getattr(job, name)}
    return counts


def emails() -> list[str]:
    """All users, in order."""
    return list(User.objects.order_by("email").values_list("email", flat=True))
