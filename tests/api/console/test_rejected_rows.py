"""The rejected rows of an import, corrected in place."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.browsers import HTMX, browser_of, post
from tests.api.console.pages import page_of, shown
from tests.imports import imported, outcome, run
from users_uc.models import User

CSV = "email,name,Fax\nann@x.com,Ann,1\nbad,Bob,2\nworse,Cy,3\nann@x.com,Dan,4\n"


@pytest.fixture
def browser(bob: User) -> Client:
    """Return the browser of Bob, who may import."""
    return browser_of(bob)


def part(browser: Client, job: ImportJob, **params: str) -> str:
    """Return the part of the page with the rows."""
    answer = browser.get(page_of(job, "rows/"), params, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def fields(content: str) -> dict[str, str]:
    """Return the cells of a form as a browser sends them."""
    found = re.findall(r'<input name="(cell-\d+-\d+)" value="([^"]*)"', content)
    areas = re.findall(r'<textarea[^>]*name="(cell-\d+-\d+)"[^>]*>\n([^<]*)<', content)
    lines = [(name, value.replace("\n", "\r\n")) for name, value in areas]
    return {name: unescape(value) for name, value in [*found, *lines]}


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


def test_each_cell_has_an_input_and_its_reason(browser: Client, bob: User) -> None:
    content = part(browser, imported(CSV, owner=bob))
    cells = fields(content)
    assert cells["cell-2-0"] == "bad"
    assert cells["cell-4-2"] == "4"
    assert len(cells) == 9
    assert 'aria-label="email, line 3" aria-invalid="true" aria-describedby="why-2"' in content
    assert '<p class="reason" id="why-2">This is not a valid e-mail address.</p>' in content
    assert '<th scope="col" class="is-ignored">Fax</th>' in content


def test_the_rows_are_a_page_of_their_own_without_htmx(browser: Client, bob: User) -> None:
    text = shown(browser, page_of(imported(CSV, owner=bob), "rows/"))
    assert "Rejected rows people.csv" in text
    assert "Send corrected rows" in text


def test_a_reason_filters_the_rows(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    content = part(browser, job, reason="duplicate_in_file")
    assert {name.split("-")[1] for name in fields(content)} == {"4"}
    assert 'aria-current="true"' in content
    assert "No row has this reason." in part(browser, job, reason="unknown")


def test_pages_have_25_rows(browser: Client, bob: User) -> None:
    rows = "".join(f"bad{number}\n" for number in range(60))
    job = imported(f"email\nann@x.com\n{rows}", owner=bob, options=Options(max_errors="99"))
    content, seen = part(browser, job), list[str]()
    while True:
        seen += fields(content).values()
        following = re.search(r'rel="next" href="[^"?]*\?([^"]*)"', content)
        if following is None:
            break
        answer = browser.get(page_of(job, f"rows/?{unescape(following[1])}"), headers=HTMX)
        content = answer.content.decode()
    assert seen == [f"bad{number}" for number in range(60)]
    assert 'rel="prev"' in content


def test_corrected_rows_are_a_new_import(browser: Client, bob: User) -> None:
    options = Options(mode="upsert", max_errors="75%", columns={"email": "email"})
    job = imported(CSV, owner=bob, options=options)
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
    job = imported(CSV, owner=bob)
    new = run(corrected(browser, job, {"cell-2-1": "Bobby"}))
    assert corrected(browser, new, {"cell-1-0": "b@y.com"}).file_name == "people-corrected.csv"


def test_a_row_is_sent_as_it_is(browser: Client, bob: User) -> None:
    job = imported("email,name\nann@x.com,Ann\nbob@y.com\n", owner=bob)
    new = corrected(browser, job, {"row-2": "on"})
    assert rows_of(new)[1:] == [["bob@y.com", ""]]
    assert outcome(run(new)) == {"rows": 1, "created": 1}


def test_a_double_click_makes_one_import(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    form = fields(part(browser, job)) | {"cell-2-0": "bob@y.com", "page": "a"}
    answers = [post(browser, page_of(job, "correct/"), form) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert post(browser, page_of(job, "correct/"), form | {"page": "b"}).status_code == 303
    assert ImportJob.objects.filter(corrects=job.id).count() == 2


def test_a_form_without_a_correction_is_an_error_beside_it(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    answer = post(browser, page_of(job, "correct/"), fields(part(browser, job)), headers=HTMX)
    assert answer.status_code == 400
    assert "No row was changed." in answer.content.decode()
    assert b"<html" not in answer.content


def test_htmx_is_led_to_the_new_import(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
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


def test_a_row_beyond_the_searched_bytes_has_no_inputs(
    browser: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.returning.correction.SEARCHED", 0)
    job = imported(CSV, owner=bob)
    content = part(browser, job)
    assert fields(content) == {}
    assert "too far down in the file" in content


def test_a_row_with_a_long_text_has_no_inputs(browser: Client, bob: User) -> None:
    job = imported(f"email,Note\nann@x.com,\nbad,{'x' * 20_000}\n", owner=bob)
    content = part(browser, job)
    assert fields(content) == {}
    assert len(content) < 10_000


@pytest.mark.parametrize("options", [Options(dry_run=True), Options(on_error="abort")])
def test_rows_are_only_listed_if_the_rest_is_not_imported(
    browser: Client, bob: User, options: Options
) -> None:
    job = imported(CSV, owner=bob, options=options)
    content = part(browser, job)
    assert fields(content) == {}
    assert "This is not a valid e-mail address." in content
    answer = post(browser, page_of(job, "correct/"), {"row-2": "on"})
    assert answer.status_code == 403


def test_rows_of_a_file_with_passwords_are_never_shown(browser: Client, bob: User) -> None:
    job = imported("email,password\nann@x.com,correct-horse-7\nbad,correct-horse-8\n", owner=bob)
    ImportJob.objects.update(has_secrets=True)
    content = part(browser, job)
    assert "The file has passwords" in content
    assert "correct-horse" not in content
    assert fields(content) == {}
    assert post(browser, page_of(job, "correct/"), {"row-2": "on"}).status_code == 410


def test_a_missing_file_leaves_the_list(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    default_storage.delete(job.file)
    content = part(browser, job)
    assert fields(content) == {}
    assert "This is not a valid e-mail address." in content
    assert post(browser, page_of(job, "correct/"), {"row-2": "on"}).status_code == 404


def test_only_rejected_rows_can_be_sent(browser: Client, bob: User) -> None:
    job = imported(CSV, owner=bob)
    form = {"cell-1-0": "other@x.com", "row-1": "on", "cell-x-0": "", "row-" + "9" * 30: "on"}
    assert post(browser, page_of(job, "correct/"), form).status_code == 400
    assert ImportJob.objects.count() == 1


def test_a_refused_import_says_why(browser: Client, bob: User, settings: Settings) -> None:
    job = imported(CSV, owner=bob)
    settings.IMPORT_MAX_WAITING = 0
    answer = post(browser, page_of(job, "correct/"), {"row-2": "on"}, headers=HTMX)
    assert answer.status_code == 429
    assert "unfinished imports" in answer.content.decode()


def test_the_uploads_are_throttled(
    browser: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = imported(CSV, owner=bob)
    monkeypatch.setattr("core.http.throttling.UploadThrottle.rate", "1/hour", raising=False)
    form = {"cell-2-0": "b@y.com"}
    statuses = [
        post(browser, page_of(job, "correct/"), form | {"page": page}).status_code
        for page in ("a", "b")
    ]
    assert statuses == [303, 429]
