"""A browser that asks for pages of imports and sends their forms."""

import re
from html import unescape

from django.test import Client

from tasks.models import ImportJob


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
