"""The start of an import, or of its dry run, from a complete upload."""

import os
from typing import Any

import pytest
from django.test import Client

from console.models import Upload
from tasks.models import ImportJob
from tests.api.console.uploads import CONTENT, IMPORT, TRY, Page, path_of, press, started
from tests.imports import run
from users_uc.models import User

pytestmark = pytest.mark.usefixtures("no_file_is_left")


def test_an_import_creates_the_users(browser: Client, upload: Upload) -> None:
    job = run(started(browser, upload, **IMPORT))
    assert (job.status, job.created) == ("SUCCESS", 2)
    assert (job.file_name, job.options) == ("people.csv", {})
    assert job.owner == upload.owner
    assert not path_of(upload).exists()
    assert not Upload.objects.exists()


def test_a_try_keeps_the_upload_for_the_import(browser: Client, upload: Upload) -> None:
    tried = run(started(browser, upload, **TRY))
    assert (tried.options, tried.created) == ({"dry_run": True}, 2)
    upload.refresh_from_db()
    assert upload.job_id == tried.id
    assert path_of(upload).read_text() == CONTENT
    job = run(started(browser, upload, **IMPORT))
    assert job.id != tried.id
    assert User.objects.filter(email__in=["ann@x.com", "bob@y.com"]).count() == 2
    assert not path_of(upload).exists()


def test_a_double_click_is_one_job(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**TRY)
    first, second = press(browser, upload, form), press(browser, upload, form)
    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1


def test_a_double_click_on_import_leads_to_the_import(browser: Client, upload: Upload) -> None:
    form = Page.get(browser, upload).form(**IMPORT)
    first, second = press(browser, upload, form), press(browser, upload, form)
    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1
    back = browser.get(f"/console/uploads/{upload.id}/")
    assert (back.status_code, back["Location"]) == (303, first["Location"])


def test_an_import_by_another_request_meanwhile_leads_to_its_job(
    browser: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request ends between the look-up of the upload and the link to its file."""
    form = Page.get(browser, upload).form(**IMPORT)
    link = os.link

    def link_late(*args: Any) -> None:
        monkeypatch.setattr(os, "link", link)
        press(browser, upload, form)
        link(*args)

    monkeypatch.setattr(os, "link", link_late)
    answer = press(browser, upload, form)
    assert answer["Location"] == f"/console/imports/{ImportJob.objects.get().id}/"


def test_the_same_try_after_its_result_is_another_job(browser: Client, upload: Upload) -> None:
    first = run(started(browser, upload, **TRY))
    second = started(browser, upload, **TRY)
    assert first.id != second.id
    upload.refresh_from_db()
    assert upload.job_id == second.id


def test_nothing_of_the_console_is_left_after_a_crash_of_the_broker(
    browser: Client, upload: Upload, broker_unavailable: None
) -> None:
    """The job is committed. `recover` publishes it later."""
    job = started(browser, upload, **IMPORT)
    assert job.status == "PENDING"
    assert not path_of(upload).exists()
