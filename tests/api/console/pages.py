"""Pages of imports and of users, as a browser shows them."""

import re
from html import unescape

from django.test import Client

from tasks.models import ImportJob
from tests.api.console.browsers import HTMX
from users_uc.models import User

USERS = "/console/users/"
CSV = "email,name\nann@x.com,Ann\nbad,Bob\nworse,Cy\nann@x.com,Dan\n"
"""One row is imported, and three rows are rejected."""
WITH_FAX = "email,name,Fax\nann@x.com,Ann,1\nbad,Bob,2\nworse,Cy,3\nann@x.com,Dan,4\n"
"""The same rows with a column that is ignored."""


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


def part(browser: Client, job: ImportJob, **params: str) -> str:
    """Return the part of the page with the rows."""
    answer = browser.get(page_of(job, "rows/"), params, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def fields(content: str) -> dict[str, str]:
    """Return the cells of a form as a browser sends them."""
    found = re.findall(r'<input name="(cell-\d+-\d+)" value="([^"]*)"', content)
    areas = re.findall(r'<textarea[^>]*name="(cell-\d+-\d+)"[^>]*>\n([^<]*)<', content)
    lines = [(name, value.replace("\n", "\r\n")) for name, value in areas]
    return {name: unescape(value) for name, value in [*found, *lines]}


def url_of(user: User) -> str:
    return f"{USERS}{user.pk}/"


def text_of(client: Client, url: str, **params: str) -> str:
    """Return the content of the page, without needless white space."""
    answer = client.get(url, params)
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(answer.content.decode().partition("<main")[2].split())
