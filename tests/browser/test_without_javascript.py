"""The console without JavaScript: all of it but uploads."""

from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.imports import imported
from tests.browser.visits import IN_CHROMIUM

pytestmark = IN_CHROMIUM


def test_rejected_rows_are_corrected(visit: Visits, stack: Stack) -> None:
    path = imported(stack, "noscript.csv", b"email,name\nnoscript,Ann\nb@noscript.example,Bea\n")
    window = visit(java_script_enabled=False)
    window.log_in()
    window.go(path)
    page = window.page
    page.get_by_role("link", name="Show the rows").click()
    page.locator("table.sheet input[aria-invalid=true]").fill("ann@noscript.example")
    page.get_by_role("button", name="Send corrected rows").click()
    expect(page.get_by_text("Corrects an earlier import")).to_be_visible()
    ended = page.locator("#outcome")
    while not ended.count():
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator(".counts .created strong")).to_have_text("1")


def test_users_and_imports_are_found(visit: Visits, stack: Stack) -> None:
    imported(stack, "plain.csv", b"email,name\nplain@noscript.example,Plain\n")
    window = visit(java_script_enabled=False)
    window.log_in()
    window.go("/console/users/")
    page = window.page
    page.get_by_label("E-mail address begins with").fill("plain@")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Plain").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain")
    page.get_by_role("link", name="History").click()
    page.get_by_label("File name").fill("plain")
    page.locator("main form button").click()
    expect(page.locator("main tbody tr")).to_have_count(1)


def test_an_upload_says_that_it_needs_javascript(visit: Visits) -> None:
    window = visit(java_script_enabled=False)
    window.log_in()
    window.page.wait_for_url("**/console/import/")
    note = window.page.locator("noscript p")  # Playwright's search for texts leaves it out
    expect(note).to_contain_text("Uploads need JavaScript.")
    expect(note).to_be_visible()
