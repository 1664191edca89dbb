"""Login, logout, expiry and the languages of the console."""

from playwright.sync_api import expect

from tests.browser.conftest import Visits
from tests.browser.visits import IN_CHROMIUM
from tests.stacks import ADMIN

pytestmark = IN_CHROMIUM


def test_a_login_leads_back_to_the_page_that_was_asked_for(visit: Visits) -> None:
    window = visit()
    window.go("/console/history/")
    window.log_in()
    assert window.page.url == f"{window.base_url}/console/history/"


def test_a_wrong_password_keeps_the_address(visit: Visits) -> None:
    window = visit()
    window.expected.append("400 (Bad Request)")
    window.go("/console/login/")
    window.page.fill("[name=email]", ADMIN)
    window.page.fill("[name=password]", "wrong")
    window.page.click("main button")
    expect(window.page.get_by_role("alert").first).to_contain_text("No active account")
    expect(window.page.locator("[name=email]")).to_have_value(ADMIN)


def test_after_a_logout_the_back_button_shows_no_page_of_the_session(visit: Visits) -> None:
    window = visit()
    window.log_in()
    window.go("/console/users/")
    window.page.get_by_role("button", name="Log out").click()
    window.page.wait_for_url("**/login/**")
    window.page.go_back()
    window.page.wait_for_url("**/login/**")
    expect(window.page.locator("[name=password]")).to_be_visible()


def test_the_session_of_another_site_link_is_found(visit: Visits) -> None:
    """A link in a mail that is read in a browser comes from another site."""
    window = visit()
    window.log_in()
    outside = window.base_url.replace("127.0.0.1", "localhost")
    window.page.route(
        f"{outside}/**",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<a href="{window.base_url}/console/history/">mail</a>'
        ),
    )
    window.expected.append(outside)
    window.page.goto(f"{outside}/mail")
    window.page.get_by_role("link").click()
    expect(window.page.locator("nav [aria-current]")).to_have_text("History")
