"""Passwords and hashes in a file: for new people only, hashed before the loading transaction."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tasks.lifecycle import finish
from tasks.lifecycle.cancel import cancel
from tasks.models import ImportChunk
from tasks.options import Mode, Options
from tasks.writing import hashing, load
from tests.imports import emails, imported, outcome, planned, run
from tests.threads import at_once
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = "correct horse battery"
SECRETS = f"email,name,senha\na@x.com,Ann,{GOOD}\nb@x.com,Ben,\nc@x.com,Cem, {GOOD} \n"


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_new_users_can_log_in_with_the_password_of_the_file(mode: Mode) -> None:
    job = imported(SECRETS, options=Options(mode=mode))
    assert outcome(job) == {"rows": 3, "created": 3}
    assert job.passwords == 2
    ann, ben, cem = User.objects.order_by("email")
    assert ann.password.startswith("argon2$argon2id$")
    assert (ann.check_password(GOOD), cem.check_password(f" {GOOD} ")) == (True, True)
    assert (ben.password, ben.has_usable_password()) == ("!", False)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_password_hashes_are_stored_unchanged(mode: Mode) -> None:
    stored = make_password(GOOD)
    content = f'email,password_hash\na@x.com,"{stored}"\nb@x.com,\n'
    job = imported(content, options=Options(mode=mode))
    assert (outcome(job), job.passwords) == ({"rows": 2, "created": 2}, 0)
    assert list(User.objects.order_by("email").values_list("password", flat=True)) == [stored, "!"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("create", {"created": 2, "skipped": 1}), ("upsert", {"created": 2, "updated": 1})],
)
@pytest.mark.parametrize("column", ["password", "password_hash"])
def test_no_existing_user_gets_another_password(
    mode: Mode, expected: dict[str, int], column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when passwords are hashed for all, or when an upsert writes the column."""
    ann = User.objects.create_user("a@x.com", "another good password")
    hashed = count_calls(monkeypatch)
    secret = GOOD if column == "password" else make_password(GOOD)
    rows = [f'{name}@x.com,N,"{secret}"\n' for name in "abc"]
    job = imported("".join([f"email,name,{column}\n", *rows]), options=Options(mode=mode))
    assert outcome(job) == {"rows": 3} | expected
    assert User.objects.get(id=ann.id).password == ann.password
    assert User.objects.get(email="c@x.com").check_password(GOOD)
    assert len(hashed) == (2 if column == "password" else 0)


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are hashed from now on."""
    hashed: list[str] = []

    def hash_and_note(password: str) -> str:
        hashed.append(password)
        return make_password(password)

    monkeypatch.setattr(hashing, "make_password", hash_and_note)
    return hashed


def test_a_dry_run_hashes_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = count_calls(monkeypatch)
    job = imported(SECRETS, options=Options(dry_run=True))
    assert (outcome(job), job.passwords, emails()) == ({"rows": 3, "created": 3}, 2, [])
    assert hashed == []


def when_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Somebody else does something while the first password is hashed."""

    def act_and_hash(password: str) -> str:
        monkeypatch.undo()
        at_once(act)
        return make_password(password)

    monkeypatch.setattr(hashing, "make_password", act_and_hash)


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_a_user_deleted_during_hashing_gets_the_password_on_retry(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when their account is created without the password that the file has for them."""
    User.objects.create_user("a@x.com")
    job = planned(SECRETS, Options(mode=mode))
    when_hashing(monkeypatch, lambda: User.objects.all().delete())
    with pytest.raises(OperationalError, match="has been deleted"):
        load.load(job.id, 1)
    assert emails() == []
    assert ImportChunk.objects.get().attempts == 0
    assert outcome(run(job)) == {"rows": 3, "created": 3}
    assert User.objects.get(email="a@x.com").check_password(GOOD)


def test_a_user_created_during_hashing_keeps_their_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = planned(SECRETS)
    when_hashing(monkeypatch, lambda: User.objects.create_user("c@x.com", "my own password"))
    assert outcome(run(job)) == {"rows": 3, "created": 2, "skipped": 1}
    assert User.objects.get(email="c@x.com").check_password("my own password")


def many(rows: int) -> str:
    return "email,password\n" + "".join(f"p{n}@x.com,{GOOD}\n" for n in range(rows))


def test_hashing_stops_when_the_job_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    job = planned(many(60))
    monkeypatch.setattr("tasks.lifecycle.cancel.POLL_INTERVAL", 0)
    with monkeypatch.context() as first:
        hashed = count_calls(monkeypatch)
        when_hashing(first, lambda: cancel(job))
        load.load(job.id, 1)
    assert len(hashed) < 25
    finish.finish_job(job.id)
    job.refresh_from_db()
    assert (job.status, outcome(job)) == ("REVOKED", {"rows": 60, "not_loaded": 60})


def test_hashing_queries_postgresql_regularly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recover ends who asks nothing for LOADER_STALL."""
    monkeypatch.setattr("tasks.lifecycle.cancel.POLL_INTERVAL", 0)
    job = planned(many(60))
    with CaptureQueriesContext(connection) as queries:
        load.load(job.id, 1)
    look = 'SELECT 1 AS "a" FROM "tasks_cancellation"'
    assert sum(str(query["sql"]).startswith(look) for query in queries) == 3
