"""POST imports/: workbooks."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.lifecycle.sweep import sweep_ended
from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.imports import outcome
from tests.workbooks import MEMBERS, MEMBERS_HEADER, TWO_SHEETS, ods, replaced, xlsx
from users_uc.models import User

pytestmark = pytest.mark.usefixtures("no_file_is_left")
URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]
Imported = Callable[..., ImportJob]
type Document = dict[str, Any]


def status(client: APIClient, job: ImportJob) -> Document:
    document: Document = client.get(f"/api/v1/imports/{job.id}/").json()
    return document


def stored_users() -> list[tuple[str, str, str, bool]]:
    users = User.objects.filter(email__endswith="@x.com").order_by("email")
    return list(users.values_list("email", "name", "phone", "is_active"))


IMPORTED = [
    ("ann@x.com", "Ann Lee", "351912345678", True),
    ("carl@x.com", 'Carl "C"\nLee', "", False),
]


def test_a_workbook_is_imported(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, xlsx(MEMBERS))
    assert outcome(job) == {"rows": 3, "created": 2, "failed": 1}
    assert stored_users() == IMPORTED
    document = status(as_bob, job)
    file = document["file"]
    assert {name: file[name] for name in ("format", "compression", "sheet", "header_line")} == {
        "format": "xlsx", "compression": None, "sheet": "Sheet1", "header_line": 3,
    }  # fmt: skip
    assert document["ignored_columns"] == ["Joined"]
    rejected = job.row_errors.values_list("line", "column", "code").get()
    assert rejected == (6, "email", "invalid_email")


def test_rejected_rows_come_back_as_utf8_with_their_line_breaks(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, xlsx(MEMBERS))
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    content = answer.getvalue()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0][:5] == MEMBERS_HEADER
    assert rows[1][:7] == ["bob", "Bob\nLee", "0123", "", "", "6", "email"]
    again = imported(as_bob, content.replace(b"bob,", b"bob@x.com,").replace(b"\nLee", b" Lee"))
    assert outcome(again) == {"rows": 1, "created": 1}


def test_an_opendocument_workbook_is_imported(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, ods([["Correo electrónico", "Nombre"], ["ann@x.com", "Ann"]]))
    assert outcome(job) == {"rows": 1, "created": 1}
    assert (job.compression, job.sheet, job.encoding) == ("ods", "Folha1", "utf-8-sig")


@pytest.mark.parametrize(("option", "email"), [({}, "ann"), ({"sheet": "Guests"}, "bob")])
def test_one_sheet_is_imported_and_the_others_are_named(
    as_bob: APIClient, imported: Imported, option: dict[str, str], email: str
) -> None:
    job = imported(as_bob, TWO_SHEETS, **option)
    assert [user[0] for user in stored_users()] == [f"{email}@x.com"]
    (warning,) = status(as_bob, job)["warnings"]
    assert warning["code"] == "sheets_ignored"
    sheet, other = ("Users", "Guests") if email == "ann" else ("Guests", "Users")
    assert f"Only the sheet {sheet} was read." in warning["message"]
    assert warning["message"].endswith(f"The other visible sheets are: {other}.")


@pytest.mark.parametrize(
    ("content", "options", "code", "words"),
    [
        (TWO_SHEETS, {"sheet": "guests"}, "unknown_sheet", "no sheet guests. It has"),
        (b"email\na@x.com\n", {"sheet": "A"}, "unknown_sheet", "the file is no workbook"),
        (TWO_SHEETS, {"delimiter": ";"}, "not_csv", "Leave the options delimiter and encoding out"),
        (
            TWO_SHEETS,
            {"encoding": "utf-8"},
            "not_csv",
            "Leave the options delimiter and encoding out",
        ),
        (xlsx(), {}, "empty_file", "The sheet Sheet1 is empty"),
        (xlsx([["Name"], ["Ann"]]), {}, "missing_email_column", "The columns are: Name"),
        (xlsx(MEMBERS)[:-9], {}, "not_csv", "damaged or incomplete"),
        (replaced(xlsx(MEMBERS), {"xl/vbaProject.bin": b""}), {}, "not_csv", "with macros"),
        (replaced(xlsx(), {"xl/workbook.xml": b"<"}), {}, "not_csv", "workbook is damaged"),
    ],
    ids=range(9),
)
def test_a_workbook_that_cannot_be_imported_is_a_400(
    as_bob: APIClient, csv_file: CsvFile, content: bytes, options: Document, code: str, words: str
) -> None:
    answer = as_bob.post(URL, {"file": csv_file(content), **options}, format="multipart")
    assert_error(answer, 400, code)
    assert words in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["password", "Nome"])
def test_the_files_of_a_workbook_with_passwords_are_deleted(
    as_bob: APIClient, imported: Imported, name: str
) -> None:
    content = xlsx([["email", name], ["ann@x.com", "Tr0ub4dor&3x"]])
    job = imported(as_bob, content)
    sweep_ended(job.id)
    kept = name == "Nome"
    assert default_storage.exists(job.file) == kept
    assert default_storage.exists(job.sheet_file) == kept


def test_a_workbook_without_its_text_has_no_rejected_rows(
    as_bob: APIClient, csv_file: CsvFile, imported: Imported
) -> None:
    """It is not planned yet, or the plan found an error that intake did not see."""
    as_bob.post(URL, {"file": csv_file(xlsx(MEMBERS))}, format="multipart")
    job = ImportJob.objects.get()
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert_error(answer, 404, "not_found")
    wide = xlsx([["email"], ["a@x.com", *["n" * 32_000] * 50]])
    job = imported(as_bob, wide)
    assert (job.error_code, job.has_secrets) == ("line_too_long", False)
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert_error(answer, 404, "not_found")


def test_an_empty_option_is_the_first_sheet(as_bob: APIClient, imported: Imported) -> None:
    assert imported(as_bob, TWO_SHEETS, sheet="").sheet == "Users"


def test_a_part_of_the_stored_sheet_is_never_read(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, xlsx(MEMBERS))
    path = Path(default_storage.path(job.sheet_file))
    path.write_bytes(path.read_bytes()[:-1])
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert answer.status_code == 404
