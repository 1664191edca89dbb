"""Passwords and password hashes in a file."""

import hashlib
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tasks.lifecycle import finish
from tasks.lifecycle.cancel import cancel
from tasks.models import ImportChunk
from tasks.options import Mode, Options
from tasks.writing import hashing, load
from tests.imports import emails, imported, outcome, planned_job, run
from tests.threads import run_concurrently
from users_uc.models import User
from users_uc.passwords import wrapping

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
BCRYPT = "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"
SECRETS = f"email,name,senha\na@x.com,Ann,{PASSWORD}\nb@x.com,Ben,\nc@x.com,Cem, {PASSWORD} \n"


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_new_users_can_log_in_with_the_password_of_the_file(mode: Mode) -> None:
    job = imported(SECRETS, options=Options(mode=mode))
    assert outcome(job) == {"rows": 3, "created": 3}
    assert job.passwords == 2
    ann, ben, cem = User.objects.order_by("email")
    assert ann.password.startswith("argon2$argon2id$")
    assert (ann.check_password(PASSWORD), cem.check_password(f" {PASSWORD} ")) == (True, True)
    assert (ben.password, ben.has_usable_password()) == ("!", False)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_password_hashes_are_stored_unchanged(mode: Mode) -> None:
    encoded = make_password(PASSWORD)
    content = f'email,password_hash\na@x.com,"{encoded}"\nb@x.com,\n'
    job = imported(content, options=Options(mode=mode))
    assert (outcome(job), job.passwords) == ({"rows": 2, "created": 2}, 0)
    assert list(User.objects.order_by("email").values_list("password", flat=True)) == [encoded, "!"]


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_digests_are_stored_inside_a_hash(mode: Mode) -> None:
    digest = hashlib.sha1(f"salt{PASSWORD}".encode()).hexdigest()  # noqa: S324
    encoded = make_password(PASSWORD)
    rows = [f"a@x.com,sha1$salt${digest}", f'b@x.com,"{encoded}"', "c@x.com,", f"d@x.com,{BCRYPT}"]
    job = imported("\n".join(["email,password_hash", *rows]), options=Options(mode=mode))
    assert (outcome(job), job.passwords) == ({"rows": 4, "created": 4}, 1)
    ann, ben, cem, dan = User.objects.order_by("email")
    assert ann.password.startswith("wrapped$before-sha1$")
    assert digest not in ann.password
    assert ann.check_password(PASSWORD)
    assert (ben.password, cem.password) == (encoded, "!")
    assert dan.password == f"imported${BCRYPT}"


@pytest.mark.parametrize("column", ["password", "password_hash"])
def test_only_chunks_with_passwords_to_hash_are_small(column: str, settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS, settings.IMPORT_HASHED_CHUNK_ROWS = 10, 2
    secret = PASSWORD if column == "password" else f"md5$salt${'0' * 32}"
    rows = [f"{n:02}@x.com,{secret if n == 15 else ''}\n" for n in range(26)]
    job = planned_job("".join([f"email,{column}\n", *rows]))
    sizes = list(
        ImportChunk.objects.filter(job=job).order_by("number").values_list("rows", flat=True)
    )
    assert sizes == [10, 2, 2, 2, 10]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("create", {"created": 2, "skipped": 1}), ("upsert", {"created": 2, "updated": 1})],
)
@pytest.mark.parametrize("kind", ["password", "password_hash", "digest"])
def test_no_existing_user_gets_another_password(
    mode: Mode, expected: dict[str, int], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if passwords are hashed for all users, or if an upsert writes the column."""
    ann = User.objects.create_user("a@x.com", "another good password")
    hashed = record_hashing(monkeypatch)
    secrets = {
        "password": PASSWORD,
        "password_hash": make_password(PASSWORD),
        "digest": f"sha1$salt${hashlib.sha1(f'salt{PASSWORD}'.encode()).hexdigest()}",  # noqa: S324
    }
    secret, column = secrets[kind], "password" if kind == "password" else "password_hash"
    rows = [f'{name}@x.com,N,"{secret}"\n' for name in "abc"]
    hashed.clear()
    job = imported("".join([f"email,name,{column}\n", *rows]), options=Options(mode=mode))
    assert outcome(job) == {"rows": 3} | expected
    assert User.objects.get(id=ann.id).password == ann.password
    assert User.objects.get(email="c@x.com").check_password(PASSWORD)
    assert len(hashed) == (0 if kind == "password_hash" else 2)


def record_hashing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that receives each password that is hashed from now on."""
    hashed: list[str] = []

    def hash_and_record(password: str) -> str:
        hashed.append(password)
        return make_password(password)

    for module in (hashing, wrapping):
        monkeypatch.setattr(module, "make_password", hash_and_record)
    return hashed


def test_a_dry_run_hashes_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = record_hashing(monkeypatch)
    job = imported(SECRETS, options=Options(dry_run=True))
    assert (outcome(job), job.passwords, emails()) == ({"rows": 3, "created": 3}, 2, [])
    assert hashed == []


def call_while_hashing(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Call `action` on another connection while the first password is hashed."""

    def call_and_hash(password: str) -> str:
        monkeypatch.undo()
        run_concurrently(action)
        return make_password(password)

    monkeypatch.setattr(hashing, "make_password", call_and_hash)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_a_user_deleted_during_hashing_gets_the_password_on_retry(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails if the user is created without the password in the file."""
    User.objects.create_user("a@x.com")
    job = planned_job(SECRETS, Options(mode=mode))
    call_while_hashing(monkeypatch, lambda: User.objects.all().delete())
    with pytest.raises(OperationalError, match="has been deleted"):
        load.load(job.id, 1)
    assert emails() == []
    assert ImportChunk.objects.get().attempts == 0
    assert outcome(run(job)) == {"rows": 3, "created": 3}
    assert User.objects.get(email="a@x.com").check_password(PASSWORD)


def test_a_user_created_during_hashing_keeps_their_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = planned_job(SECRETS)
    call_while_hashing(monkeypatch, lambda: User.objects.create_user("c@x.com", "my own password"))
    assert outcome(run(job)) == {"rows": 3, "created": 2, "skipped": 1}
    assert User.objects.get(email="c@x.com").check_password("my own password")


def file_of(rows: int) -> str:
    return "email,password\n" + "".join(f"p{n}@x.com,{PASSWORD}\n" for n in range(rows))


def test_hashing_stops_when_the_job_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    job = planned_job(file_of(60))
    monkeypatch.setattr("tasks.lifecycle.cancel.POLL_INTERVAL", 0)
    with monkeypatch.context() as first:
        hashed = record_hashing(monkeypatch)
        call_while_hashing(first, lambda: cancel(job))
        load.load(job.id, 1)
    assert len(hashed) < 25
    finish.finish_job(job.id)
    job.refresh_from_db()
    assert (job.status, outcome(job)) == ("REVOKED", {"rows": 60, "not_loaded": 60})


def test_hashing_queries_postgresql_regularly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recover terminates a worker that sends no query for LOADER_STALL."""
    monkeypatch.setattr("tasks.lifecycle.cancel.POLL_INTERVAL", 0)
    job = planned_job(file_of(60))
    with CaptureQueriesContext(connection) as queries:
        load.load(job.id, 1)
    query_start = 'SELECT 1 AS "a" FROM "tasks_cancellation"'
    assert sum(str(query["sql"]).startswith(query_start) for query in queries) == 3
