"""Random files and forms in the console: every page answers, and no step ends in a 500.

Each run sends others. `FUZZ_SEED` repeats a run.
"""

import os
import re
from random import Random
from typing import Any, Final

import pytest
from django.test import Client

from console.models import Upload
from tasks.models import ImportJob
from tests.api.console.browsers import HTMX, browser_of, post
from tests.api.console.uploads import Page, complete_upload
from tests.fuzz.random_files import random_file
from tests.imports import run
from tests.oracle.checking import declare
from users_uc.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
SEED: Final = os.environ["FUZZ_SEED"]
BATCHES, FILES = 3, 10
_TEXTS: Final = (
    *("", "\0", "x" * 3_000, "[]", '["a"]', "[" * 5_000, '{"a": 1}', "-1", "9" * 400, "\ud800"),
    *("utf-16", "shift_jis", ";", "tab", "email", "name", "attributes.x", "true", "create", "\r\n"),
)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_step_is_answered(bob: User, batch: int) -> None:
    browser = browser_of(bob)
    for number in range(batch * FILES, (batch + 1) * FILES):
        rng = Random(f"{SEED}/console/{number}")  # noqa: S311
        data, _, attributes = random_file(rng)
        declare(attributes)
        try:
            _walk(browser, complete_upload(bob, data), rng)
        except BaseException as error:
            error.add_note(f"FUZZ_SEED={SEED} number {number}: {attributes} {data[:3000]!r}")
            raise


def _walk(browser: Client, upload: Upload, rng: Random) -> None:
    """Go from the columns of the file to the corrected rows, with a wrong form at each step."""
    page = f"/console/uploads/{upload.id}/"
    form = Page.get(browser, upload).form() if browser.get(page).status_code == 200 else {}
    for _ in range(3):
        _send(browser, f"{page}preview/", _changed(form, rng), rng)
    _send(browser, f"{page}start/", _changed(form, rng), rng)
    job_page = _send(browser, f"{page}start/", form, rng)
    if found := re.fullmatch("/console/imports/([0-9a-f-]+)/", job_page):
        job = ImportJob.objects.get(id=found[1])
        if job.finished_at is None:
            run(job)
        _correct(browser, job_page, rng)


def _correct(browser: Client, page: str, rng: Random) -> None:
    assert browser.get(page).status_code == 200
    rows = browser.get(f"{page}rows/", headers=HTMX)
    assert rows.status_code in (200, 410), rows.content
    names = re.findall(r'name="((?:cell|row)-[0-9-]+)"', rows.content.decode())
    form = {name: rng.choice(_TEXTS) for name in names if rng.random() < 0.5}
    _send(browser, f"{page}correct/", form, rng)


def _changed(form: dict[str, Any], rng: Random) -> dict[str, Any]:
    """Return the form with a few other values."""
    return {
        name: rng.choice(_TEXTS) if rng.random() < 0.2 else value for name, value in form.items()
    }


def _send(browser: Client, url: str, form: dict[str, Any], rng: Random) -> str:
    """Send the form and return where the answer leads, or `""`."""
    headers = rng.choice(({}, HTMX))
    answer = post(browser, url, _encodable(form), headers=headers)
    assert answer.status_code < 500, (url, form, answer.content[:2000])
    return str(answer.headers.get("Location") or answer.headers.get("HX-Redirect", ""))


def _encodable(form: dict[str, Any]) -> dict[str, Any]:
    """Return the form with the bytes of lone surrogates, which no text can have."""
    return {
        name: value.encode(errors="surrogatepass") if isinstance(value, str) else value
        for name, value in form.items()
    }
