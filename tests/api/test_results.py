"""GET imports/{task_id}/results.csv."""

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.lifecycle import sweep
from tasks.models import ImportChunk, ImportJob
from tasks.options import Options
from tasks.planning import plan
from tasks.returning import results
from tests.api.answers import assert_error
from tests.imports import imported, make_job
from users_uc.models import Attribute, User

HEADER = "line,record,email,external_id,user_id,outcome,error_code,changed"
FILE = (
    "email,employee id,name,is_active\n"
    "zoe@x.com,1,Zoë,\n"  # 2: updated
    "bad,2,Bad,\n"  # 3: invalid
    "new@x.com,=5,New,\n"  # 4: created
    "same@x.com,3,Same,\n"  # 5: unchanged
    "staff@x.com,,Staff,\n"  # 6: skipped
    "new@x.com,6,Again,\n"  # 7: duplicate
    "gone@x.com,7,Gone,yes\n"  # 8: skipped, deactivated by the user
    "other@x.com,3,Other,\n"  # 9: duplicate id
    "taken@x.com,9,Taken,\n"  # 10: the id of another user
)


def url(job: ImportJob) -> str:
    """Return the URL of the file."""
    return f"/api/v1/imports/{job.id}/results.csv"


def lines(client: APIClient, job: ImportJob, **query: str) -> list[str]:
    """Return the lines of the file below its header."""
    answer = client.get(url(job), query)
    assert answer.status_code == 200
    head, *rest = answer.getvalue().decode("utf-8-sig").split("\r\n")
    assert head == HEADER
    assert rest.pop() == ""
    return list(rest)


@pytest.fixture
def ids(bob: User) -> dict[str, int]:
    """Create the users that exist before, and return their ids by local part."""
    users = [
        User.objects.create_user("zoe@x.com", name="Zoe", phone="1"),
        User.objects.create_user("same@x.com", name="Same", external_id="3"),
        User.objects.create_user("staff@x.com", is_staff=True),
        User.objects.create_user("nine@x.com", external_id="9"),
        User.objects.create_user("gone@x.com", external_id="7"),
    ]
    users[-1].deactivate()
    return {user.email.partition("@")[0]: user.pk for user in users}


def run(bob: User, *, dry_run: bool = False) -> ImportJob:
    return imported(FILE, owner=bob, options=Options(mode="upsert", dry_run=dry_run))


@pytest.mark.parametrize("window", [1, 4, 200_000])
@pytest.mark.parametrize("dry_run", [True, False])
def test_each_row_has_its_result_in_the_order_of_the_file(
    as_bob: APIClient, bob: User, ids: dict[str, int], settings: Settings,
    monkeypatch: pytest.MonkeyPatch, window: int, *, dry_run: bool,
) -> None:  # fmt: skip
    settings.IMPORT_CHUNK_ROWS = 2
    monkeypatch.setattr(results, "_WINDOW", window)
    job = run(bob, dry_run=dry_run)
    new = "" if dry_run else User.objects.get(email="new@x.com").pk
    changed = "external_id:  -> 1; name: Zoe -> Zoë"
    assert lines(as_bob, job) == [
        f"2,1,zoe@x.com,1,{ids['zoe']},updated,,{changed}",
        "3,2,bad,,,rejected,invalid_email,",
        f"4,3,new@x.com,'=5,{new},created,,",
        f"5,4,same@x.com,3,{ids['same']},unchanged,,",
        f"6,5,staff@x.com,,{ids['staff']},skipped,,",
        "7,6,new@x.com,,,rejected,duplicate_in_file,",
        f"8,7,gone@x.com,7,{ids['gone']},skipped,deactivated_by_user,",
        "9,8,,3,,rejected,duplicate_external_id,",
        "10,9,taken@x.com,9,,rejected,conflicting_identity,",
    ]


def test_booleans_are_shown_as_words(as_bob: APIClient, bob: User) -> None:
    user = User.objects.create_user("a@x.com")
    job = imported("email,is_active\na@x.com,no\n", owner=bob, options=Options(mode="upsert"))
    assert lines(as_bob, job) == [f"2,1,a@x.com,,{user.pk},updated,,is_active: true -> false"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_that_is_rejected_while_loading_has_no_user(
    as_bob: APIClient, bob: User, *, dry_run: bool
) -> None:
    Attribute.objects.create(name="notes", type="text")
    User.objects.create_user("a@x.com", attributes={"old": "x" * 3500})
    content = f"email,notes\na@x.com,{'y' * 900}\n"
    job = imported(content, owner=bob, options=Options(mode="upsert", dry_run=dry_run))
    assert lines(as_bob, job) == ["2,1,a@x.com,,,rejected,invalid_attribute,"]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("created", ["4"]),
        ("updated,unchanged", ["2", "5"]),
        ("skipped", ["6", "8"]),
        ("rejected", ["3", "7", "9", "10"]),
        ("not_loaded", []),
    ],
)
def test_the_outcomes_can_be_chosen(
    as_bob: APIClient, bob: User, ids: dict[str, int], include: str, expected: list[str]
) -> None:
    found = lines(as_bob, run(bob), include=include)
    assert [line.partition(",")[0] for line in found] == expected


def test_an_unknown_outcome_is_400(as_bob: APIClient, bob: User) -> None:
    answer = as_bob.get(url(run(bob)), {"include": "created,failed"})
    assert_error(answer, 400, "invalid", include="invalid")


def test_the_result_stays_when_the_chunks_are_swept(
    as_bob: APIClient, bob: User, ids: dict[str, int]
) -> None:
    job = run(bob)
    before = lines(as_bob, job)
    sweep.sweep()
    assert not default_storage.exists(ImportChunk.objects.get().file)
    assert lines(as_bob, job) == before
    assert as_bob.get(f"/api/v1/imports/{job.id}/").json()["links"]["results"]


@pytest.mark.parametrize("options", [Options(on_error="abort"), Options(max_errors="1")], ids=str)
def test_the_rows_of_a_refused_file_are_not_loaded(
    as_bob: APIClient, bob: User, options: Options
) -> None:
    job = imported("email\na@x.com\nbad\nb@x.com\nworse\n", owner=bob, options=options)
    assert [line.split(",")[5] for line in lines(as_bob, job)] == [
        "not_loaded", "rejected", "not_loaded", "rejected",
    ]  # fmt: skip


def test_the_rows_of_a_cancelled_import_are_not_loaded(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    job = make_job("email\na@x.com\n", owner=bob)
    plan.plan(job.id)
    assert_error(as_bob.get(url(job)), 409, "not_finished")
    as_bob.post(f"/api/v1/imports/{job.id}/cancel/")
    sweep.sweep()
    assert lines(as_bob, job) == ["2,1,a@x.com,,,not_loaded,,"]


def test_a_file_that_could_not_be_read_has_no_rows(as_bob: APIClient, bob: User) -> None:
    job = imported('email\na@x.com\n"open\n' + "x" * 3_000_000, owner=bob)
    assert job.status == "FAILURE"
    assert lines(as_bob, job) == []


def test_an_import_of_an_earlier_version_has_no_results(as_bob: APIClient, bob: User) -> None:
    job = run(bob)
    ImportChunk.objects.update(index="")
    assert_error(as_bob.get(url(job)), 404, "not_found")


def test_a_missing_file_is_404(as_bob: APIClient, bob: User) -> None:
    job = run(bob)
    default_storage.delete(ImportChunk.objects.get().index)
    assert_error(as_bob.get(url(job)), 404, "not_found")


def test_no_secret_is_shown(as_bob: APIClient, bob: User) -> None:
    User.objects.create_user("a@x.com", name="Ann")
    content = "email,name,password\na@x.com,Anna,a good password 1\nb@x.com,Ben,short\n"
    job = imported(content, owner=bob, options=Options(mode="upsert"))
    sweep.sweep()
    first, second = lines(as_bob, job)
    assert first.endswith("updated,,name: Ann -> Anna")
    assert second == "3,2,,,,rejected,weak_password,"


def test_the_changes_of_a_row_are_cut(as_bob: APIClient, bob: User) -> None:
    User.objects.create_user("a@x.com", name="n" * 150, external_id="e" * 255)
    job = imported(
        f"email,external_id,name\na@x.com,{'f' * 255},{'m' * 150}\n",
        owner=bob,
        options=Options(mode="upsert"),
    )
    (line,) = lines(as_bob, job)
    assert line.endswith(
        f"external_id: {'e' * 255} -> {'f' * 255}; name: {'n' * 150} -> {'m' * 150}"
    )
