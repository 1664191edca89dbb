"""The way of a file through the console: upload, columns, try, import, result."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.files import brazilian_export, csv_file
from tests.browser.steps import count, start, upload
from tests.browser.visits import IN_CHROMIUM
from tests.stacks import ADMIN, PASSWORD, numbers

pytestmark = IN_CHROMIUM
_MAX_CLICKS = 12


def test_a_first_time_user_imports_a_messy_export_with_few_clicks(
    visit: Visits, tmp_path: Path, stack: Stack
) -> None:
    """Log in, try, import, correct three rows: each click and each choice of a file counts."""
    window = visit(language="pt-BR")
    page, clicks = window.page, 0
    window.go("/console/")
    page.fill("[name=email]", ADMIN)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").click()
    clicks += 1
    page.set_input_files("input[type=file]", brazilian_export(tmp_path, "first"))
    clicks += 1
    page.wait_for_url("**/console/uploads/*/")
    page.locator("button[name=dry_run][value=true]").click()
    clicks += 1
    page.wait_for_selector("#outcome")
    assert (count(window, "created"), count(window, "failed")) == (37, 3)
    page.locator("form[action$='/start/'] button").click()
    clicks += 1
    page.wait_for_selector("table.sheet")
    inputs = page.locator("table.sheet input[aria-invalid=true]")
    for number in range(3):
        inputs.nth(number).click()
        inputs.nth(number).fill(f"first.{number}@escola.example")
        clicks += 1
    page.locator("#send").click()
    clicks += 1
    page.wait_for_selector(".counts .failed")
    expect(page.locator(".counts .created strong")).to_have_text("3")
    assert clicks <= _MAX_CLICKS
    users = "SELECT count(*) FROM users_uc_user WHERE email LIKE 'first.%@escola.example'"
    assert numbers(stack, users) == (40,)


def test_a_wrong_meaning_is_corrected_and_remembered(visit: Visits, tmp_path: Path) -> None:
    path = tmp_path / "kontakte.csv"
    path.write_text("Kontakt;Wer\nann@meaning.example;Ann\n")
    window = visit()
    window.log_in()
    upload(window, path)
    page = window.page
    page.get_by_label("Kontakt").select_option("email")
    page.get_by_label("Wer").select_option("name")
    expect(page.locator("#mapping-status")).to_contain_text("2 columns")
    start(window, "Import now")
    assert count(window, "created") == 1
    upload(window, path)
    expect(page.get_by_text("They mean the same as then")).to_be_visible()
    expect(page.get_by_label("Wer")).to_have_value("name")


def test_progress_goes_on_to_the_end_without_a_reload(visit: Visits, tmp_path: Path) -> None:
    window = visit()
    window.log_in()
    upload(window, csv_file(tmp_path, "long", rows=300_000))
    window.page.get_by_role("button", name="Import now").click()
    window.page.wait_for_selector("#progress")
    window.page.wait_for_selector("#outcome", timeout=120_000)
    assert count(window, "created") == 300_000


def test_an_import_is_cancelled_after_a_question(visit: Visits, tmp_path: Path) -> None:
    window = visit()
    window.log_in()
    upload(window, csv_file(tmp_path, "cancelled", rows=600_000))
    window.page.get_by_role("button", name="Import now").click()
    window.page.get_by_role("button", name="Cancel the import").click()
    window.page.locator("dialog").get_by_role("button", name="Cancel the import").click()
    window.page.wait_for_selector("#outcome", timeout=120_000)
    expect(window.page.locator("#outcome")).to_contain_text("cancelled")


def test_a_file_that_cannot_be_imported_is_refused_at_once(visit: Visits, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 100)
    window = visit()
    window.log_in()
    window.go("/console/import/")
    window.page.set_input_files("input[type=file]", path)
    expect(window.page.locator("#uploads [data-message]")).to_contain_text("PDF")


def test_two_tabs_start_one_import(visit: Visits, tmp_path: Path, stack: Stack) -> None:
    window = visit()
    window.log_in()
    upload(window, csv_file(tmp_path, "tabs", rows=10))
    other = window.page.context.new_page()
    other.goto(window.page.url)
    start(window, "Import now")
    other.get_by_role("button", name="Import now", exact=True).click()
    other.wait_for_selector("#outcome")
    assert other.url == window.page.url
    jobs = "SELECT count(*) FROM tasks_importjob WHERE file_name = 'tabs.csv'"
    assert numbers(stack, jobs) == (1,)


def test_the_back_button_leads_to_the_result_again(visit: Visits, tmp_path: Path) -> None:
    window = visit()
    window.log_in()
    upload(window, csv_file(tmp_path, "back", rows=10))
    start(window, "Import now")
    result = window.page.url
    window.page.go_back()
    window.page.wait_for_selector("#outcome")
    assert window.page.url == result


@pytest.mark.parametrize("width", [1280, 375])
def test_a_file_is_imported_with_the_keyboard_alone(
    visit: Visits, tmp_path: Path, width: int
) -> None:
    window = visit(width=width)
    window.log_in()
    upload(window, csv_file(tmp_path, f"keys{width}", rows=10))
    page = window.page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "dry_run":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#outcome")
    expect(page.locator("#outcome")).to_contain_text("This was a try")
