"""Rejected rows that are corrected in place, and the import of the corrected rows."""

import csv
import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.browsers import HTMX, post
from tests.api.console.pages import WITH_FAX, fields, page_of, part, shown
from tests.imports import imported, outcome, run
from users_uc.models import User


def corrected(browser: Client, job: ImportJob, changes: dict[str, str]) -> ImportJob:
    """Send the first page of rows with these changes, and return the new job."""
    answer = post(browser, page_of(job, "correct/"), fields(part(browser, job)) | changes)
    assert answer.status_code == 303, answer.content.decode()
    new = ImportJob.objects.get(corrects=job.id)
    assert answer["Location"] == page_of(new)
    return new


def rows_of(job: ImportJob) -> list[list[str]]:
    """Return the rows of the job's file."""
    with default_storage.open(job.file) as file:
        return list(csv.reader(io.StringIO(file.read().decode(), newline="")))


def test_corrected_rows_are_a_new_import(browser: Client, bob: User) -> None:
    options = Options(mode="upsert", max_errors="75%", columns={"email": "email"})
    job = imported(WITH_FAX, owner=bob, options=options)
    new = corrected(browser, job, {"cell-2-0": "bob@y.com", "cell-3-1": "Cyd"})
    assert new.file_name == "people-corrected.csv"
    assert new.owner == bob
    assert rows_of(new) == [
        ["email", "name", "Fax"], ["bob@y.com", "Bob", "2"], ["worse", "Cyd", "3"],
    ]  # fmt: skip
    stored = Options.from_json(new.options)
    assert (stored.mode, stored.max_errors) == ("upsert", None)
    assert stored.columns == {"email": "email", "name": "name", "Fax": None}
    assert outcome(run(new)) == {"rows": 2, "created": 1, "failed": 1}
    assert "people-corrected.csv Done" in shown(browser, page_of(job))
    assert "Corrects an earlier import" in shown(browser, page_of(new))


def test_a_correction_of_a_correction_keeps_the_name(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
    new = run(corrected(browser, job, {"cell-2-1": "Bobby"}))
    assert corrected(browser, new, {"cell-1-0": "b@y.com"}).file_name == "people-corrected.csv"


def test_a_row_is_sent_as_it_is(browser: Client, bob: User) -> None:
    job = imported("email,name\nann@x.com,Ann\nbob@y.com\n", owner=bob)
    new = corrected(browser, job, {"row-2": "on"})
    assert rows_of(new)[1:] == [["bob@y.com", ""]]
    assert outcome(run(new)) == {"rows": 1, "created": 1}


def test_a_double_click_makes_one_import(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
    form = fields(part(browser, job)) | {"cell-2-0": "bob@y.com", "page": "a"}
    answers = [post(browser, page_of(job, "correct/"), form) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert post(browser, page_of(job, "correct/"), form | {"page": "b"}).status_code == 303
    assert ImportJob.objects.filter(corrects=job.id).count() == 2


def test_a_form_without_a_correction_is_an_error_beside_it(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
    answer = post(browser, page_of(job, "correct/"), fields(part(browser, job)), headers=HTMX)
    assert answer.status_code == 400
    assert "No row was changed." in answer.content.decode()
    assert b"<html" not in answer.content


def test_htmx_is_led_to_the_new_import(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
    answer = post(browser, page_of(job, "correct/"), {"cell-2-0": "b@y.com"}, headers=HTMX)
    assert answer["HX-Redirect"] == page_of(ImportJob.objects.get(corrects=job.id))


ODD = [
    "=1+1", "'=1+1", "''=x", "+49 30", "-1", "@a", ";;,,", 'say "hi"', '"', '""', "a\nb", "\na",
    " a ", "<b>&amp;", "\\x00", "\\", '="0123"', "É\u0301", "😀", "\u00a0x", "\ta", "a\u2028b",
    "sep=;", "\ufeffx", "a\x0bb",
]  # fmt: skip


@pytest.mark.parametrize("cell", ODD)
def test_an_odd_cell_survives(browser: Client, bob: User, cell: str) -> None:
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows([["email", "Note"], ["ann@x.com", ""], ["bad", cell]])
    job = imported(sheet.getvalue(), owner=bob)
    new = corrected(browser, job, {"cell-2-0": "bob@y.com"})
    assert rows_of(new)[1:] == [["bob@y.com", cell]]
    typed = corrected_cell(browser, job, cell)
    assert typed == cell


def corrected_cell(browser: Client, job: ImportJob, cell: str) -> str:
    """Type the cell into another row, and return it as the reader reads it again."""
    ImportJob.objects.filter(corrects=job.id).delete()
    new = corrected(browser, job, {"cell-2-1": f"{cell}.".replace("\n", "\r\n")})
    return rows_of(new)[1][1].removesuffix(".")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"bad,Jos\xe9", "invalid_utf8"),
        (b"bad,a\0b", "nul_byte"),
        (b"bad,a\x01b", "invalid_email"),
    ],
)
def test_what_a_form_cannot_have_is_not_lost(
    browser: Client, bob: User, row: bytes, code: str
) -> None:
    job = imported(b"email,name\nann@x.com,Ann\n" + row + b"\n", owner=bob)
    assert list(job.rejections) == [code]
    new = corrected(browser, job, {"cell-2-0": "bob@y.com"})
    with default_storage.open(new.file) as file:
        assert row.partition(b",")[2] in file.read()
    assert run(new).failed == 1


def test_undecodable_bytes_are_corrected(browser: Client, bob: User) -> None:
    job = imported(b"email,name\nann@x.com,Ann\nbob@y.com,Jos\xe9\n", owner=bob)
    assert fields(part(browser, job))["cell-2-1"] == "Jos\\xe9"
    new = corrected(browser, job, {"cell-2-1": "José"})
    assert outcome(run(new)) == {"rows": 1, "created": 1}
    assert User.objects.get(email="bob@y.com").name == "José"


def test_a_row_with_too_many_cells_shows_all_of_them(browser: Client, bob: User) -> None:
    job = imported("email,name\nann@x.com,Ann\nbob@y.com,B,o,b\n", owner=bob)
    cells = fields(part(browser, job))
    assert list(cells.values()) == ["bob@y.com", "B", "o", "b"]
    fixed = {"cell-2-1": "Bob", "cell-2-2": "", "cell-2-3": ""}
    assert rows_of(corrected(browser, job, fixed))[1:] == [["bob@y.com", "Bob"]]


def test_malformed_quotes_are_corrected(browser: Client, bob: User) -> None:
    job = imported('email,name\nann@x.com,Ann\nbob@y.com,"B" ob\n', owner=bob)
    assert fields(part(browser, job))["cell-2-1"] == '"B" ob'
    new = run(corrected(browser, job, {"cell-2-1": 'the "B"'}))
    assert outcome(new) == {"rows": 1, "created": 1}
    assert User.objects.get(email="bob@y.com").name == 'the "B"'


@pytest.mark.parametrize("value", ["=cmd", "'=cmd"])
def test_the_guards_of_a_returned_file_are_not_shown(
    browser: Client, bob: User, value: str
) -> None:
    job = imported(f"email,name\nann@x.com,A\nbad,{value}\n", owner=bob)
    returned = browser.get(page_of(job, "failed-rows.csv")).getvalue()
    again = imported(returned + b"bea@x.com,Bea,,,,\n", owner=bob)
    assert fields(part(browser, again)) == {"cell-1-0": "bad", "cell-1-1": value}
    new = corrected(browser, again, {"cell-1-0": "bob@y.com"})
    assert rows_of(new) == [["email", "name"], ["bob@y.com", value]]


def test_a_wide_file_has_inputs_for_imported_columns(browser: Client, bob: User) -> None:
    names = ",".join(f"x{number}" for number in range(60))
    filled = ",".join(map(str, range(60)))
    content = f"{names},email,name\n{filled},ann@x.com,Ann\n{filled},bad,Bob\n"
    job = imported(content, owner=bob)
    assert fields(part(browser, job)) == {"cell-2-60": "bad", "cell-2-61": "Bob"}
    new = corrected(browser, job, {"cell-2-60": "bob@y.com"})
    assert rows_of(new)[1] == [*map(str, range(60)), "bob@y.com", "Bob"]


def test_only_rejected_rows_can_be_sent(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
    form = {"cell-1-0": "other@x.com", "row-1": "on", "cell-x-0": "", "row-" + "9" * 30: "on"}
    assert post(browser, page_of(job, "correct/"), form).status_code == 400
    assert ImportJob.objects.count() == 1


def test_a_refused_import_says_why(browser: Client, bob: User, settings: Settings) -> None:
    job = imported(WITH_FAX, owner=bob)
    settings.IMPORT_MAX_WAITING = 0
    answer = post(browser, page_of(job, "correct/"), {"row-2": "on"}, headers=HTMX)
    assert answer.status_code == 429
    assert "unfinished imports" in answer.content.decode()


def test_the_uploads_are_throttled(
    browser: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = imported(WITH_FAX, owner=bob)
    monkeypatch.setattr("core.http.throttling.UploadThrottle.rate", "1/hour", raising=False)
    form = {"cell-2-0": "b@y.com"}
    statuses = [
        post(browser, page_of(job, "correct/"), form | {"page": page}).status_code
        for page in ("a", "b")
    ]
    assert statuses == [303, 429]
