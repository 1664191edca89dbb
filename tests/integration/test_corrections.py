"""Rejected rows of files of all kinds, corrected and imported again."""

import csv
import gzip
import io
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from tasks.intake.corrections import corrected_file, corrected_options
from tasks.intake.store import store
from tasks.models import ImportJob
from tasks.options import Options
from tasks.returning.correction import may_correct, read_rejected
from tests.imports import outcome, run
from tests.workbooks import xlsx
from users_uc.models import Attribute, User

UPLOAD = "/api/v1/imports/"
Imported = Callable[..., ImportJob]


@pytest.fixture
def imported(as_bob: APIClient, csv_file: Callable[..., object]) -> Imported:
    """Return `imported(content, **options)`: upload a file as Bob and import it."""

    def make(content: str | bytes, **options: str) -> ImportJob:
        body = {"file": csv_file(content), **options}
        answer = as_bob.post(UPLOAD, body, format="multipart")
        assert answer.status_code == 202, answer.json()
        return run(ImportJob.objects.get(id=answer.json()["task_id"]))

    return make


def correct(job: ImportJob, owner: User, changes: dict[tuple[int, int], str]) -> ImportJob:
    """Import the rejected rows with these cells, by record and position."""
    assert may_correct(job)
    rejected = read_rejected(job, list(job.row_errors.order_by("record")))
    rows = [
        [changes.get((record, at), cell) for at, cell in enumerate(cells)]
        for record, cells in rejected.rows.items()
    ]
    with corrected_file(job, rejected, rows) as file:
        options = corrected_options(job, rejected)
        new = store(file, options=options, owner=owner, corrects=job.id).job
    return run(new)


def names() -> dict[str, str]:
    """Return the names of all users except Bob, by e-mail address."""
    users = User.objects.exclude(email="bob@example.com")
    return dict(users.values_list("email", "name"))


def test_twenty_rows_are_corrected(bob: User, imported: Imported) -> None:
    rows = "".join(f"row{number};Person {number}\n" for number in range(20))
    job = imported(f"E-Mail;Nome\nann@x.com;Ann\n{rows}", max_errors="99%")
    fixed = {(number + 2, 0): f"row{number}@x.com" for number in range(20)}
    assert outcome(correct(job, bob, fixed)) == {"rows": 20, "created": 20}
    assert len(names()) == 21


@pytest.mark.parametrize(
    "content",
    [
        "email,name\nann@x.com,Ann\nbad,José\n".encode("windows-1252"),
        "email,name\nann@x.com,Ann\nbad,José\n".encode("utf-16"),
        gzip.compress("email,name\nann@x.com,Ann\nbad,José\n".encode()),
        xlsx([["email", "name"], ["ann@x.com", "Ann"], ["bad", "José"]]),
        "sep=;\nStaff 2026;\nemail;name\nann@x.com;Ann\nbad;José\n".encode(),
    ],
    ids=["windows-1252", "utf-16", "gzip", "xlsx", "preamble"],
)
def test_each_kind_of_file_is_corrected(bob: User, imported: Imported, content: bytes) -> None:
    new = correct(imported(content), bob, {(2, 0): "bob@y.com"})
    assert outcome(new) == {"rows": 1, "created": 1}
    assert names()["bob@y.com"] == "José"


def test_line_breaks_in_a_workbook_stay(bob: User, imported: Imported) -> None:
    job = imported(xlsx([["email", "Note"], ["ann@x.com", ""], ["bad", "two\nlines"]]))
    new = correct(job, bob, {(2, 0): "bob@y.com"})
    with default_storage.open(new.file) as file:
        rows = list(csv.reader(io.StringIO(file.read().decode(), newline="")))
    assert rows[1] == ["bob@y.com", "two\nlines"]


def test_bytes_that_the_encoding_does_not_have_are_rejected_again(
    bob: User, imported: Imported
) -> None:
    content = "email,name\nann@x.com,Ann\nbad,".encode("shift_jis") + b"\x81 \x80\n"
    job = imported(content, encoding="shift_jis")
    new = correct(job, bob, {(2, 0): "bob@y.com"})
    assert new.rejections == {"invalid_utf8": 1}


def test_the_columns_stay_whatever_the_corrected_cells_are(bob: User, imported: Imported) -> None:
    job = imported("Login,Nome,Fax\nann@x.com,Ann,1\nbad,Bob,2\n", columns='{"Login": "email"}')
    new = correct(job, bob, {(2, 1): "Bobby"})
    assert new.rejections == {"invalid_email": 1}
    assert Options.from_json(new.options).columns == {
        "Login": "email", "Nome": "name", "Fax": None,
    }  # fmt: skip


def test_several_columns_of_one_field_stay(bob: User, imported: Imported) -> None:
    job = imported("email,Mobile Phone,Home Phone\nann@x.com,1,2\nbad,,3\n")
    assert set(job.imported_columns or ()) == {"email", "phone", "phone 2"}
    new = correct(job, bob, {(2, 0): "bob@y.com"})
    assert User.objects.get(email="bob@y.com").phone == "3"
    assert set(new.imported_columns or ()) == {"email", "phone", "phone 2"}


def test_columns_with_equal_names_stay(bob: User, imported: Imported) -> None:
    job = imported("email,x,x\nann@x.com,1,2\nbad,3,4\n")
    assert outcome(correct(job, bob, {(2, 0): "bob@y.com"})) == {"rows": 1, "created": 1}


def test_a_superuser_confirms_no_address_of_another_users_file(
    alice: User, imported: Imported
) -> None:
    job = imported("email,email_verified\nann@x.com,true\nbad,true\n")
    correct(job, alice, {(2, 0): "bea@y.com"})
    assert not User.objects.get(email="bea@y.com").has_verified_email()


def test_a_missing_attribute_is_filled_in(bob: User, imported: Imported) -> None:
    Attribute.objects.create(name="team", type="text", required=True)
    job = imported("email,team\nann@x.com,a\nbob@y.com,\n")
    assert job.rejections == {"missing_attribute": 1}
    error = job.row_errors.get()
    assert (error.column, read_rejected(job, [error]).columns["attributes.team"]) == (
        "attributes.team", 1,
    )  # fmt: skip
    new = correct(job, bob, {(2, 1): "b"})
    assert User.objects.get(email="bob@y.com").attributes == {"team": "b"}
    assert outcome(new) == {"rows": 1, "created": 1}


def test_an_exported_file_keeps_its_guards(
    bob: User, as_bob: APIClient, imported: Imported
) -> None:
    User.objects.create_user("ann@x.com", None, name="=Ann")
    export = as_bob.get("/api/v1/users/export.csv").getvalue().decode()
    job = imported(export.replace("ann@x.com", "bad"), mode="upsert")
    assert job.rejections == {"invalid_email": 1}
    rejected = read_rejected(job, list(job.row_errors.all()))
    (row,) = rejected.rows.values()
    assert "=Ann" in row
    at = list(rejected.headers).index("email")
    record = next(iter(rejected.rows))
    new = correct(job, bob, {(record, at): "ann@x.com"})
    assert outcome(new) == {"rows": 1, "unchanged": 1}
