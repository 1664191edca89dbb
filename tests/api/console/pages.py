"""A browser that asks for pages of imports and sends their forms."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tasks.models import ImportJob
from tests.conftest import PASSWORD
from users_uc.models import User

HTMX = {"HX-Request": "true"}


def post(browser: Client, url: str, form: dict[str, str], **headers: Any) -> Any:
    """Send a form as a browser does."""
    return browser.post(url, urlencode(form), "application/x-www-form-urlencoded", **headers)


def logged_in(user: User) -> Client:
    """Return the browser of a user who has logged in."""
    browser = Client()
    answer = post(browser, "/console/login/", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return browser


def page_of(job: ImportJob, part: str = "") -> str:
    """Return the URL of the page of an import, or of a part of it."""
    return f"/console/imports/{job.id}/{part}"


def shown(browser: Client, url: str, **params: str) -> str:
    """Return the text of a page or a part, without its tags and needless white space."""
    answer = browser.get(url, params)
    assert answer.status_code == 200, answer.content.decode()
    content = answer.content.decode()
    text = re.sub(r"<[^>]*>", " ", content.partition("<main")[2] or content)
    return " ".join(unescape(text).split())
