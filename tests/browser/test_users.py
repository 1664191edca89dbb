"""Users in the console: search, the page of a user, and a change of it."""

import pytest
from playwright.sync_api import expect

from local.stack import Stack
from tests.browser.conftest import Visits
from tests.browser.imports import imported
from tests.browser.visits import DESKTOP, IN_CHROMIUM, PHONE

pytestmark = IN_CHROMIUM


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_user_is_found_and_changed(visit: Visits, stack: Stack, width: int) -> None:
    email = f"width{width}@users.example"
    imported(stack, "users.csv", f"email,name\n{email},Before\n".encode())
    window = visit(width=width)
    window.log_in()
    window.go("/console/users/")
    page = window.page
    page.get_by_label("E-mail address begins with").fill(f"width{width}")
    found = page.locator("#found tbody tr")
    expect(found).to_have_count(1)
    found.get_by_role("link", name="Before").click()
    expect(page.get_by_text("users.csv")).to_be_visible()
    page.get_by_label("Name").fill("After")
    page.get_by_label("State").select_option(label="May not log in")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("After")
    expect(page.get_by_role("status").first).to_contain_text("The user is saved.")
    page.get_by_label("Phone").fill("x" * 40)
    window.expected.append("400 (Bad Request)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    assert not window.is_wider_than_window()
