"""The page that the links in mails open."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.stack import Stack
from local.waiting import wait_until
from tests.browser.conftest import Visits
from tests.browser.visits import DESKTOP, IN_CHROMIUM, PHONE
from tests.mails import Mailbox
from tests.stacks import PASSWORD

pytestmark = IN_CHROMIUM
ANOTHER = "another phrase for the account"


def form(page: Page, path: str) -> str:
    """Return the selector of the form, which must be the only visible one."""
    expect(page.locator("form:visible")).to_have_count(1)
    return f'form[data-path="{path}"]'


def link_in_mail(letterbox: Mailbox, email: str, *, number: int) -> str:
    """Return the path of the link of the last of this number of mails."""
    wait_until(lambda: len(letterbox.to(email)) >= number, timeout=30, what="the mail must come")
    found = re.search(r"/account/#/\S+", letterbox.to(email)[-1].get_content())
    assert found
    return found[0]


def request_link(page: Page, email: str) -> None:
    """Fill in the form for a link to choose a password."""
    page.fill(f"{form(page, '')} [name=email]", email)
    page.keyboard.press("Enter")
    expect(page.locator("output:visible")).to_contain_text("a mail is on its way")


def choose(page: Page, password: str) -> None:
    """Fill in the form for a new password."""
    page.fill(f"{form(page, 'password/reset/confirm')} [name=new_password]", password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_used_link_offers_another_and_a_good_one_leads_on(
    visit: Visits, stack: Stack, letterbox: Mailbox, width: int, theme: str
) -> None:
    email = f"gil-{width}@example.com"
    body = {"email": email, "password": PASSWORD}
    httpx.post(f"{stack.base_url}/api/v1/register/", json=body, timeout=30).raise_for_status()
    window = visit(width=width, theme=theme)
    window.expected.append("400 (Bad Request)")
    page = window.page
    window.go("/account/")
    request_link(page, email)

    page.goto("about:blank")
    link = link_in_mail(letterbox, email, number=2)  # the first one confirms the e-mail address
    window.go(link)
    expect(page.locator("#rules")).to_contain_text("at least 8 characters")
    assert window.violations() == []
    choose(page, "12345")
    expect(page.get_by_role("alert")).to_contain_text("too short")
    expect(page.locator("[name=new_password]")).to_have_attribute("aria-invalid", "true")
    choose(page, ANOTHER)
    expect(page.locator("output:visible")).to_be_focused()
    expect(page.get_by_role("link", name="Continue")).to_have_attribute("href", "/console/")

    page.goto("about:blank")
    window.go(link)
    choose(page, ANOTHER)
    expect(page.get_by_role("alert")).to_contain_text("already used")
    assert window.violations() == []
    assert not window.is_wider_than_window()
    request_link(page, email)
    assert link_in_mail(letterbox, email, number=3) != link


@pytest.mark.parametrize(
    ("path", "offered", "words"),
    [("activate", "resend", "to confirm your e-mail"), ("email/confirm", "change", "to change")],
)
def test_each_link_that_does_not_work_offers_one_of_its_kind(
    visit: Visits, path: str, offered: str, words: str
) -> None:
    window = visit()
    window.expected.append("400 (Bad Request)")
    page = window.page
    window.go(f"/account/#/{path}/MQ/no-token")
    page.click(f"{form(page, path)} button")
    expect(page.locator(f'form[data-path="{offered}"]')).to_contain_text(words)
    form(page, offered)
    assert window.violations() == []
