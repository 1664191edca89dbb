"""The list of the rejected rows of an import."""

import re
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.console.browsers import HTMX, post
from tests.api.console.pages import WITH_FAX, fields, page_of, part, shown
from tests.imports import imported
from users_uc.models import User


def test_each_cell_has_an_input_and_its_reason(browser: Client, bob: User) -> None:
    content = part(browser, imported(WITH_FAX, owner=bob))
    cells = fields(content)
    assert cells["cell-2-0"] == "bad"
    assert cells["cell-4-2"] == "4"
    assert len(cells) == 9
    assert 'aria-label="email, line 3" aria-invalid="true" aria-describedby="why-2"' in content
    assert '<p class="reason" id="why-2">This is not a valid e-mail address.</p>' in content
    assert '<th scope="col" class="is-ignored">Fax</th>' in content


def test_the_rows_are_a_page_of_their_own_without_htmx(browser: Client, bob: User) -> None:
    text = shown(browser, page_of(imported(WITH_FAX, owner=bob), "rows/"))
    assert "Rejected rows people.csv" in text
    assert "Send corrected rows" in text


def test_a_reason_filters_the_rows(browser: Client, bob: User) -> None:
    job = imported(WITH_FAX, owner=bob)
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


def test_a_row_beyond_the_searched_bytes_has_no_inputs(
    browser: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.returning.correction.SEARCHED", 0)
    job = imported(WITH_FAX, owner=bob)
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
    job = imported(WITH_FAX, owner=bob, options=options)
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
    job = imported(WITH_FAX, owner=bob)
    default_storage.delete(job.file)
    content = part(browser, job)
    assert fields(content) == {}
    assert "This is not a valid e-mail address." in content
    assert post(browser, page_of(job, "correct/"), {"row-2": "on"}).status_code == 404
