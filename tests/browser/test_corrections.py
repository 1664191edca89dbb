"""Rejected rows, corrected in the page of the result."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visits
from tests.browser.files import brazilian_export
from tests.browser.steps import start, upload
from tests.browser.visits import IN_CHROMIUM

pytestmark = IN_CHROMIUM


def test_twenty_rows_are_corrected_in_place(visit: Visits, tmp_path: Path) -> None:
    window = visit()
    window.log_in()
    upload(window, brazilian_export(tmp_path, "twenty", rows=30, wrong=20))
    start(window, "Import now")
    page = window.page
    page.wait_for_selector("table.sheet")
    inputs = page.locator("table.sheet input[aria-invalid=true]")
    assert inputs.count() == 20
    for number in range(20):
        inputs.nth(number).fill(f"twenty.{number}@corrected.example")
    page.locator("#send").click()
    page.get_by_text("Corrects an earlier import").wait_for()
    expect(page.locator(".counts .created strong")).to_have_text("20")
    page.get_by_text("Corrects an earlier import").click()
    expect(page.get_by_text("Corrected rows:")).to_be_visible()


def test_corrections_wait_while_the_page_is_turned_and_the_session_ends(
    visit: Visits, tmp_path: Path
) -> None:
    window = visit()
    window.log_in()
    upload(window, brazilian_export(tmp_path, "turned", rows=30, wrong=30))
    start(window, "Import now")
    page = window.page
    corrected = page.locator("table.sheet input[aria-invalid=true]").first
    corrected.fill("turned@corrected.example")
    line = page.locator("table.sheet input[type=checkbox]").nth(1)
    line.check()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("table.sheet tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Previous").click()
    expect(corrected).to_have_value("turned@corrected.example")
    page.context.clear_cookies(name="sessionid")
    page.locator("#send").click()
    page.wait_for_url("**/console/login/?next=*")
    window.log_in()
    page.wait_for_selector("table.sheet")
    expect(corrected).to_have_value("turned@corrected.example")
    expect(line).to_be_checked()
    page.locator("#send").click()
    page.get_by_text("Corrects an earlier import").click()
    page.wait_for_selector("table.sheet")
    expect(corrected).not_to_have_value("turned@corrected.example")
    expect(line).not_to_be_checked()


def test_the_next_user_of_a_tab_does_not_find_corrections(visit: Visits, tmp_path: Path) -> None:
    window = visit()
    window.log_in()
    upload(window, brazilian_export(tmp_path, "left", rows=3, wrong=1))
    start(window, "Import now")
    page = window.page
    page.locator("table.sheet input[aria-invalid=true]").fill("left@corrected.example")
    assert "left@corrected.example" in page.evaluate("sessionStorage.corrections")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/console/login/")
    assert page.evaluate("sessionStorage.corrections ?? null") is None
