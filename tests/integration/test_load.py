"""Loading chunks into the users table."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from core.postgres import copy
from local.waiting import wait_until
from tasks import files
from tasks.models import ImportChunk
from tasks.planning import plan
from tasks.writing import load, newcomers
from tasks.writing.record_list import decompress
from tests.imports import emails, imported, make_job, open_chunk_numbers, outcome, run
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_users_are_created_from_the_file() -> None:
    job = imported(
        'email,name,phone,ativo\nAnn@X.com,"Ann ""A"" \\\\ Bee\nO\'Neil",+55 1,sim\nb@x.com,,,no\n'
    )
    ann, ben = User.objects.order_by("email")
    assert (ann.email, ann.name, ann.phone) == (
        "ann@x.com", "Ann \"A\" \\\\ Bee\nO'Neil", "+55 1",
    )  # fmt: skip
    assert (ann.is_active, ben.is_active, ben.name, ben.phone) == (True, False, "", "")
    assert ann.import_id == job.id
    assert not ann.has_usable_password()
    assert not ann.is_staff
    assert not ann.is_superuser
    assert ann.token_version == 0
    assert (timezone.now() - ann.date_joined).total_seconds() < 60
    assert outcome(job) == {"rows": 2, "created": 2}


@pytest.mark.parametrize("name", ["\\.", "\\N", "NULL", '"', ",", "a\u2028b", "a\rb", "😀"])
def test_copy_takes_every_text_literally(name: str) -> None:
    quoted = name.replace('"', '""')
    imported(f'email,name\na@x.com,"{quoted}"\n')
    assert User.objects.get().name == name


def test_existing_users_are_skipped_and_listed_by_record(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 3
    User.objects.create_user("b@x.com", name="Before")
    job = imported("email,name\nd@x.com,1\nbad,2\nb@x.com,3\na@x.com,4\nc@x.com,5\n")
    assert outcome(job) == {"rows": 5, "created": 3, "skipped": 1, "failed": 1}
    assert emails() == ["a@x.com", "b@x.com", "c@x.com", "d@x.com"]
    assert User.objects.get(email="b@x.com").name == "Before"
    skipped = {chunk.number: decompress(bytes(chunk.skipped_records)) for chunk in job.chunks.all()}
    assert skipped == {1: [3], 2: []}


def test_importing_the_same_file_again_changes_no_user() -> None:
    content = "email,name\n" + "".join(f"p{n}@x.com,P{n}\n" for n in range(500))
    first, second = imported(content), imported(content)
    assert outcome(first) == {"rows": 500, "created": 500}
    assert outcome(second) == {"rows": 500, "skipped": 500}
    assert User.objects.filter(import_id=first.id).count() == 500


def test_a_chunk_is_loaded_once() -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    load.load(job.id, 1)
    User.objects.all().delete()
    load.load(job.id, 1)
    assert emails() == []


def test_a_chunk_that_kills_its_loader_is_abandoned_and_the_others_are_loaded(
    settings: Settings,
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\na@x.com\nb@x.com\n")
    plan.plan(job.id)
    ImportChunk.objects.filter(number=1).update(attempts=settings.IMPORT_MAX_ATTEMPTS)
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "attempts_exhausted")
    assert outcome(job) == {"rows": 2, "created": 1, "not_loaded": 1}
    assert emails() == ["b@x.com"]


def test_progress_of_the_job_resets_earlier_attempts(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job("email\na@x.com\nb@x.com\n")
    plan.plan(job.id)
    ImportChunk.objects.filter(number=1).update(attempts=3, started_at=timezone.now())
    load.load(job.id, 2)
    load.load(job.id, 1)
    chunk = ImportChunk.objects.get(number=1)
    assert (chunk.state, chunk.attempts) == ("done", 1)


def test_a_chunk_with_a_missing_file_fails_the_job() -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    default_storage.delete(ImportChunk.objects.get().file)
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "file_missing")
    assert outcome(job) == {"rows": 1, "not_loaded": 1}


@pytest.mark.parametrize("damaged", [b"", b"ARROW1"])
def test_a_chunk_with_a_damaged_file_fails_the_job(damaged: bytes) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    Path(default_storage.path(ImportChunk.objects.get().file)).write_bytes(damaged)
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "file_damaged")
    assert outcome(job) == {"rows": 1, "not_loaded": 1}


def test_a_lost_connection_leaves_no_user_and_costs_no_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)

    def fail(*args: object, **kwargs: object) -> None:
        copy.copy_into(*args, **kwargs)  # type: ignore[arg-type]
        raise OperationalError("connection lost")

    monkeypatch.setattr(newcomers, "copy_into", fail)
    with pytest.raises(OperationalError):
        load.load(job.id, 1)
    assert emails() == []
    chunk = ImportChunk.objects.get()
    assert (chunk.state, chunk.attempts) == ("open", 0)
    monkeypatch.undo()
    # PostgreSQL releases the lock of the closed connection a moment later.
    wait_until(lambda: outcome(run(job)) == {"rows": 1, "created": 1}, timeout=10, what="the end")


def test_a_chunk_loaded_by_another_worker_meanwhile_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = make_job("email\na@x.com\n")
    plan.plan(job.id)
    read = files.read_chunk

    def read_while_another_loads(name: str) -> object:
        rows = read(name)
        ImportChunk.objects.update(state=ImportChunk.State.DONE)
        return rows

    monkeypatch.setattr(files, "read_chunk", read_while_another_loads)
    load.load(job.id, 1)
    assert emails() == []
    assert open_chunk_numbers(job) == []
