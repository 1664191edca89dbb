"""Browsers of users, and the forms that they send."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.conftest import PASSWORD
from users_uc.models import User

LOGIN = "/console/login/"
HTMX = {"HX-Request": "true"}


def post(browser: Client, url: str, form: Mapping[str, Any] | None = None, **extra: Any) -> Any:
    """Send the form as a browser does, and return the answer."""
    body = urlencode(form or {}, doseq=True)
    return browser.post(url, body, "application/x-www-form-urlencoded", **extra)


def browser_of(user: User, *, checks_csrf: bool = False) -> Client:
    """Return the browser of a user who has logged in."""
    browser = Client(enforce_csrf_checks=checks_csrf)
    form = {"email": user.email, "password": PASSWORD}
    if checks_csrf:
        browser.get(LOGIN)
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    answer = post(browser, LOGIN, form)
    assert answer.status_code == 302, answer.content.decode()
    return browser
