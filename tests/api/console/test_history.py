"""The history of imports."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tasks.models import ImportJob
from tasks.options import Options
from tasks.status import history
from tests.api.console.browsers import browser_of
from tests.api.console.pages import page_of, shown
from tests.conftest import PASSWORD
from tests.imports import imported, make_job
from users_uc.models import User

HISTORY = "/console/history/"
START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def jobs(owner: User, *names: str, status: str = "SUCCESS") -> None:
    """Add imports that have ended, one each hour from START on."""
    first = START + timedelta(hours=ImportJob.objects.count())
    ImportJob.objects.bulk_create(
        ImportJob(
            owner=owner, file_name=name, file_size=1, status=status, delimiter=",", rows=3,
            created=2, failed=1, finished_at=START, created_at=first + timedelta(hours=number),
        )
        for number, name in enumerate(names)
    )  # fmt: skip


def names(browser: Client, url: str = HISTORY, **params: str) -> list[str]:
    """Return the file names of a page."""
    answer = browser.get(url, params)
    assert answer.status_code == 200
    return re.findall(r'/console/imports/[^"]*">([^<]*)</a>', answer.content.decode())


def link(browser: Client, url: str, label: str, **params: str) -> str | None:
    """Return the URL of a link to another page."""
    content = browser.get(url, params).content.decode()
    found = re.search(rf'href="(\?[^"]*)">{label}<', content)
    return HISTORY + unescape(found[1]) if found else None


def test_without_imports_it_leads_to_the_first_one(browser: Client) -> None:
    text = shown(browser, HISTORY)
    assert "There are no imports yet." in text
    assert "Import a file" in text


def test_an_import_has_its_state_its_outcomes_and_a_link(browser: Client, bob: User) -> None:
    job = imported("email\nann@x.com\nbad\n", owner=bob, options=Options(dry_run=True))
    text = shown(browser, HISTORY)
    assert "people.csv Try Done 1 created, 1 rejected" in text
    assert page_of(job) in browser.get(HISTORY).content.decode()


def test_the_newest_import_is_first(browser: Client, bob: User) -> None:
    jobs(bob, "a", "b", "c")
    assert names(browser) == ["c", "b", "a"]


def test_others_see_their_own_imports_only(browser: Client, alice: User, bob: User) -> None:
    jobs(alice, "alices")
    jobs(bob, "bobs")
    assert names(browser) == ["bobs"]
    assert names(browser, whose="all") == ["bobs"]
    assert names(browser_of(alice)) == ["alices"]
    assert names(browser_of(alice), whose="all") == ["bobs", "alices"]
    assert "bob@example.com" in shown(browser_of(alice), HISTORY, whose="all")


def test_staff_without_the_permission_have_an_empty_history(db: None) -> None:
    dora = User.objects.create_user("dora@example.com", PASSWORD, name="Dora", is_staff=True)
    text = shown(browser_of(dora), HISTORY)
    assert "There are no imports yet." in text
    assert "Import a file" not in text


@pytest.mark.parametrize(
    ("state", "expected"),
    [("running", ["people.csv"]), ("done", ["s"]), ("failed", ["f"]), ("cancelled", ["r"])],
)
def test_the_state_filters(browser: Client, bob: User, state: str, expected: list[str]) -> None:
    for name, status in (("s", "SUCCESS"), ("f", "FAILURE"), ("r", "REVOKED")):
        jobs(bob, name, status=status)
    make_job("email\n", owner=bob)
    assert names(browser, state=state) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("STAFF", ["Staff 2026.csv"]), ("%", ["100%.csv"]), ("\0", [])]
)
def test_a_part_of_the_file_name_filters(
    browser: Client, bob: User, text: str, expected: list[str]
) -> None:
    jobs(bob, "Staff 2026.csv", "100%.csv")
    found = names(browser, name=text)
    assert found == (expected or ["100%.csv", "Staff 2026.csv"])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"from": "2026-02-01"}, ["d", "c"]),
        ({"to": "2026-01-31"}, ["b", "a"]),
        ({"from": "2026-02-02"}, []),
        ({"from": "yesterday", "to": "2026-02-31", "until": "x"}, ["d", "c", "b", "a"]),
    ],
)
def test_days_filter(
    browser: Client, bob: User, params: dict[str, str], expected: list[str]
) -> None:
    jobs(bob, "a", "b", "c", "d")
    for number, job in enumerate(ImportJob.objects.order_by("created_at")):
        at = START + timedelta(hours=8 * number)
        ImportJob.objects.filter(id=job.id).update(created_at=at)
    assert names(browser, **params) == expected


def test_a_filter_that_finds_nothing_says_so(browser: Client, bob: User) -> None:
    jobs(bob, "a")
    text = shown(browser, HISTORY, name="b")
    assert "No import is found. Show all imports" in text


def test_pages_have_25_imports_and_keep_the_filters(browser: Client, bob: User) -> None:
    jobs(bob, *(f"n{number:02}" for number in range(30)), "other")
    first = names(browser, name="n")
    older = link(browser, HISTORY, "Older", name="n")
    assert older is not None
    assert "name=n" in older
    second = names(browser, older)
    assert [*first, *second] == [f"n{number:02}" for number in reversed(range(30))]
    assert len(first) == 25
    assert link(browser, older, "Newer") is not None


def test_a_search_reads_a_bounded_number_of_imports(
    browser: Client, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SEARCHED", 3)
    jobs(bob, "old", "a", "b", "c", "d", "e", "f")
    assert names(browser, name="old") == []
    url: str | None = HISTORY
    pages = 0
    while url and not (found := names(browser, url, **({"name": "old"} if not pages else {}))):
        url = link(browser, url, "Search older imports", **({"name": "old"} if not pages else {}))
        pages += 1
    assert found == ["old"]
    assert pages == 2
    assert url is not None
    assert link(browser, url, "Search older imports") is None


@pytest.mark.parametrize("params", [{}, {"name": "none"}, {"state": "failed", "name": "none"}])
@pytest.mark.parametrize("whose", ["mine", "all"])
def test_an_index_serves_each_search(
    alice: User, bob: User, params: dict[str, Any], whose: str
) -> None:
    jobs(alice, *map(str, range(10)))
    jobs(bob, *map(str, range(500)))
    browser = browser_of(alice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tasks_importjob")
        cursor.execute("SET LOCAL enable_seqscan = off")  # PostgreSQL scans small tables
        cursor.execute("SET LOCAL enable_sort = off")
    with CaptureQueriesContext(connection) as queries:
        browser.get(HISTORY, {"whose": whose, **params})
    index = "job_history" if whose == "mine" else "job_history_of_all"
    for query in queries:
        if "tasks_importjob" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN " + query["sql"])
                plan = "\n".join(row[0] for row in cursor.fetchall())
            assert f" using {index} on tasks_importjob" in plan


def test_the_number_of_queries_does_not_depend_on_the_imports(browser: Client, bob: User) -> None:
    jobs(bob, *map(str, range(30)))
    with CaptureQueriesContext(connection) as queries:
        browser.get(HISTORY, {"name": "1"})
    assert len(queries) <= 6, [query["sql"][:80] for query in queries]


def test_a_wrong_cursor_is_an_error(browser: Client) -> None:
    assert browser.get(HISTORY, {"cursor": "x"}).status_code == 404
