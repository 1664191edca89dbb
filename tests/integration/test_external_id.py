"""Imports with the column external_id, and with the option match=external_id."""

from typing import Any

import polars as pl
import pytest
from pytest_django import Settings

from tasks.models import ImportJob, ImportRowError
from tasks.options import Options
from tasks.writing import comparison, statements
from tests.imports import imported, outcome
from users_uc.mail import outbox
from users_uc.models import Mail, RefreshFamily, User
from users_uc.tokens.families import issue_pair

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")
BY_ID = Options(mode="upsert", match="external_id")
CREATE_BY_ID = Options(match="external_id")
START = "email,Employee ID,name\na@x.com,1,Ann\nb@x.com,2,Ben\nc@x.com,,Cem\n"


def users() -> list[tuple[Any, ...]]:
    fields = ("email", "external_id", "name")
    return sorted(User.objects.values_list(*fields))


def rejections(job: ImportJob) -> list[tuple[int, str, str, str]]:
    errors = ImportRowError.objects.filter(job=job).order_by("record")
    return list(errors.values_list("line", "column", "code", "value"))


@pytest.fixture
def start() -> ImportJob:
    return imported(START)


def test_new_users_get_the_external_id_of_their_row(start: ImportJob) -> None:
    assert outcome(start) == {"rows": 3, "created": 3}
    assert users() == [("a@x.com", "1", "Ann"), ("b@x.com", "2", "Ben"), ("c@x.com", None, "Cem")]
    lines = User.objects.order_by("email").values_list("import_id", "import_line", "last_import_id")
    assert list(lines) == [(start.id, 2, None), (start.id, 3, None), (start.id, 4, None)]


@pytest.mark.usefixtures("start")
def test_an_upsert_by_email_sets_the_external_id_and_an_empty_cell_changes_nothing() -> None:
    job = imported("email,external_id\na@x.com,\nb@x.com,22\nc@x.com,3\n", options=UPSERT)
    assert outcome(job) == {"rows": 3, "updated": 2, "unchanged": 1}
    assert users() == [("a@x.com", "1", "Ann"), ("b@x.com", "22", "Ben"), ("c@x.com", "3", "Cem")]
    assert User.objects.get(email="b@x.com").last_import_id == job.id


def test_a_marriage_changes_name_and_address(start: ImportJob, mail_is_configured: None) -> None:
    User.objects.update(verified_email="a@x.com")
    ann, ben, _ = User.objects.order_by("email")
    issue_pair(ann)
    issue_pair(ben)
    outbox.add(Mail.Kind.EMAIL_CHANGE, user=ann, address="other@x.org")
    job = imported(
        "email,matrícula,name\nann.lee@x.com,1,Ann Lee\nb@x.com,2,Ben B\n", options=BY_ID
    )
    assert outcome(job) == {"rows": 2, "updated": 2}
    assert users()[0] == ("ann.lee@x.com", "1", "Ann Lee")
    ann.refresh_from_db()
    assert (ann.verified_email, ann.token_version) == ("", 1)
    assert (ann.import_id, ann.last_import_id) == (start.id, job.id)
    ben.refresh_from_db()
    assert (ben.verified_email, ben.token_version) == ("a@x.com", 0)
    assert set(RefreshFamily.objects.values_list("user", flat=True)) == {ben.pk}
    assert Mail.objects.get().given_up_at is not None


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("options", [UPSERT, Options()], ids=["upsert", "create"])
@pytest.mark.parametrize("row", ["a@x.com,2", "new@x.com,2"])
def test_keys_of_two_users_are_a_conflict(options: Options, row: str) -> None:
    before = users()
    job = imported(f"email,external_id\nd@x.com,4\n{row}\n", options=options)
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}
    assert job.rejections == {"conflicting_identity": 1}
    assert rejections(job) == [(3, "external_id", "conflicting_identity", "2")]
    assert users() == sorted([*before, ("d@x.com", "4", "")])


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("options", [BY_ID, CREATE_BY_ID], ids=["upsert", "create"])
@pytest.mark.parametrize("row", ["b@x.com,1", "c@x.com,7"])
def test_an_address_of_another_user_is_taken(options: Options, row: str) -> None:
    before = users()
    job = imported(f"email,external_id\n{row}\nd@x.com,4\n", options=options)
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}
    assert rejections(job) == [(2, "email", "email_taken", row.partition(",")[0])]
    assert users() == sorted([*before, ("d@x.com", "4", "")])


@pytest.mark.usefixtures("start")
def test_create_skips_users_with_the_same_external_id() -> None:
    before = users()
    job = imported("email,external_id,name\nz@x.com,1,Z\ny@x.com,9,Y\n", options=CREATE_BY_ID)
    assert outcome(job) == {"rows": 2, "created": 1, "skipped": 1}
    assert users() == sorted([*before, ("y@x.com", "9", "Y")])


def test_a_row_without_the_external_id_is_rejected_if_it_finds_users() -> None:
    job = imported("email,external_id\na@x.com,\n,2\nb@x.com, 3 \n", options=BY_ID)
    assert outcome(job) == {"rows": 3, "created": 1, "failed": 2}
    assert [code for _, _, code, _ in rejections(job)] == ["missing_external_id", "missing_email"]
    assert users() == [("b@x.com", "3", "")]


@pytest.mark.parametrize("chunk_rows", [1, 100])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            Options(),
            [(3, "email", "duplicate_in_file"), (4, "external_id", "duplicate_external_id")],
        ),
        (
            CREATE_BY_ID,
            [(3, "email", "duplicate_in_file"), (4, "external_id", "duplicate_external_id")],
        ),
    ],
    ids=["email", "external_id"],
)
def test_duplicates_are_found_by_both_keys(
    options: Options, expected: list[tuple[int, str, str]], chunk_rows: int, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = chunk_rows
    job = imported(
        "email,external_id\na@x.com,1\na@x.com,2\nb@x.com,1\nc@x.com,3\n", options=options
    )
    assert outcome(job) == {"rows": 4, "created": 2, "failed": 2}
    assert [found[:3] for found in rejections(job)] == expected
    details = ImportRowError.objects.order_by("record").values_list("detail", flat=True)
    assert list(details) == ["2", "2"]
    assert [email for email, *_ in users()] == ["a@x.com", "c@x.com"]


def test_a_row_that_repeats_both_keys_repeats_the_one_that_finds_users() -> None:
    content = "email,external_id\na@x.com,1\na@x.com,1\n"
    by_email, by_id = imported(content), imported(content, options=CREATE_BY_ID)
    assert by_email.rejections == {"duplicate_in_file": 1}
    assert by_id.rejections == {"duplicate_external_id": 1}


def test_empty_external_ids_are_no_duplicates() -> None:
    job = imported("email,external_id\na@x.com,\nb@x.com,\nc@x.com,\u200b\n")
    assert outcome(job) == {"rows": 3, "created": 3}


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_rejects_the_same_rows(*, dry_run: bool) -> None:
    before = users()
    options = Options(mode="upsert", match="external_id", dry_run=dry_run)
    job = imported("email,external_id\nb@x.com,1\nnew@x.com,2\n", options=options)
    assert outcome(job) == {"rows": 2, "updated": 1, "failed": 1}
    assert rejections(job) == [(2, "email", "email_taken", "b@x.com")]
    assert (users() == before) is dry_run


@pytest.mark.usefixtures("start")
def test_rows_rejected_while_loading_are_kept_up_to_the_limit(settings: Settings) -> None:
    settings.IMPORT_MAX_ROW_ERRORS = 2
    rows = "bad,9\nx@x.com,1\ny@x.com,2\n"
    job = imported(f"email,external_id\n{rows}", options=UPSERT)
    assert outcome(job) == {"rows": 3, "failed": 3}
    assert (job.left_out, len(rejections(job))) == (1, 2)
    assert job.rejections == {"invalid_email": 1, "conflicting_identity": 2}


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize("update", [[], ["phone"]])
def test_only_the_fields_of_the_option_update_change(update: list[str]) -> None:
    options = Options(mode="upsert", update=update)
    content = "email,external_id,name,phone\na@x.com,11,A,5\nd@x.com,4,Dan,6\n"
    job = imported(content, options=options)
    changed = "updated" if update else "unchanged"
    assert outcome(job) == {"rows": 2, "created": 1, changed: 1}
    assert users()[0] == ("a@x.com", "1", "Ann")
    assert User.objects.get(email="a@x.com").phone == ("5" if update else "")
    dan = User.objects.get(email="d@x.com")
    assert (dan.external_id, dan.name, dan.phone) == ("4", "Dan", "6")


@pytest.mark.usefixtures("start")
def test_an_import_by_external_id_without_the_address_keeps_the_logins() -> None:
    ann = User.objects.get(email="a@x.com")
    issue_pair(ann)
    options = Options(mode="upsert", match="external_id", update=["name"])
    job = imported("email,external_id,name\nnew@x.com,1,Anna\n", options=options)
    assert outcome(job) == {"rows": 1, "updated": 1}
    assert users()[0] == ("a@x.com", "1", "Anna")
    assert RefreshFamily.objects.filter(user=ann).exists()


@pytest.mark.usefixtures("start")
def test_staff_and_own_deactivations_are_skipped_by_external_id_too() -> None:
    User.objects.filter(external_id="1").update(is_staff=True)
    User.objects.get(external_id="2").deactivate()
    job = imported("email,external_id,is_active\nx@x.com,1,\ny@x.com,2,yes\n", options=BY_ID)
    assert outcome(job) == {"rows": 2, "skipped": 2}
    assert [email for email, *_ in users()] == ["a@x.com", "b@x.com", "c@x.com"]


@pytest.mark.usefixtures("start")
def test_an_address_that_is_taken_before_the_update_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fails if a parallel request that takes the address ends the import."""

    def compare_and_take(*args: Any) -> pl.DataFrame:
        compared = comparison.compare(*args)
        User.objects.get_or_create(email="new@x.com")
        return compared

    monkeypatch.setattr(statements, "compare", compare_and_take)
    job = imported("email,external_id,name\nnew@x.com,1,A\nb@x.com,2,B\n", options=BY_ID)
    assert outcome(job) == {"rows": 2, "updated": 1, "failed": 1}
    assert rejections(job) == [(2, "email", "email_taken", "new@x.com")]
    assert User.objects.get(external_id="1").email == "a@x.com"
    assert User.objects.get(external_id="2").name == "B"
