"""Uploads in parts that are refused."""

import pytest
from django.test import Client
from pytest_django import Settings

from console import uploads
from console.models import Upload
from core.http.throttling import UploadThrottle
from tests.api.console.browsers import browser_of
from tests.api.console.client import CHECK, CSV, TUS, UPLOADS, check, create, offset_of, send
from users_uc.models import User

pytestmark = pytest.mark.django_db


def test_the_part_must_fit_into_the_file(browser: Client, url: str) -> None:
    assert send(browser, url, 0, CSV + b"x").status_code == 413
    assert offset_of(browser, url) == 0


def test_a_file_above_the_limit_is_refused_at_once(browser: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_SIZE = 100
    answer = create(browser, 101)
    assert answer.status_code == 413
    assert "100 bytes" in answer.json()["error"]["message"]
    assert create(browser, 100).status_code == 201


def test_a_user_has_few_uploads_at_once(
    browser: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_UPLOADS", 2)
    assert [create(browser).status_code for _ in range(3)] == [201, 201, 429]
    assert create(browser).json()["error"]["code"] == "too_many_uploads"
    assert create(browser_of(alice)).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "0"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "ten"},
        {"Upload-Length": ""},
        {"Upload-Metadata": "filename ???"},
        {"Upload-Metadata": "filename /w=="},
    ],
)
def test_a_new_upload_with_wrong_headers_is_a_400(browser: Client, headers: dict[str, str]) -> None:
    answer = create(browser, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"].keys() == headers.keys()


def test_requests_of_another_protocol_are_refused(browser: Client, url: str) -> None:
    for method, target in (("post", UPLOADS), ("head", url), ("patch", url), ("delete", url)):
        answer = getattr(browser, method)(target, headers={"Tus-Resumable": "0.2.2"})
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    answer = browser.patch(url, CSV, headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415
    assert Upload.objects.get().received == 0


def test_nobody_reaches_the_upload_of_another_user(url: str, alice: User) -> None:
    other = browser_of(alice)
    assert other.head(url, headers=TUS).status_code == 404
    assert send(other, url, 0, CSV).status_code == 404
    assert other.delete(url, headers=TUS).status_code == 404
    assert other.post(url.replace("data", "delete")).status_code == 404
    assert Upload.objects.get().received == 0


def test_only_those_who_may_import_upload(url: str, client: Client, dora: User) -> None:
    staff = browser_of(dora)
    for browser, status in ((client, 401), (staff, 403)):
        assert create(browser).status_code == status
        assert browser.head(url, headers=TUS).status_code == status
        assert send(browser, url, 0, CSV).status_code == status
        assert browser.get(CHECK).status_code == status
        assert check(browser, CSV).status_code == status
    assert create(client)["WWW-Authenticate"] == "Session"


def test_an_upload_needs_the_token_against_forged_requests(bob: User) -> None:
    browser = browser_of(bob, checks_csrf=True)
    assert create(browser).status_code == 403
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    url = create(browser, headers=token)["Location"]
    assert send(browser, url, 0, CSV).status_code == 403
    assert send(browser, url, 0, CSV, headers=token).status_code == 204


def test_creations_are_counted(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UploadThrottle, "THROTTLE_RATES", {"upload": "2/min"})
    assert [create(browser).status_code for _ in range(3)] == [201, 201, 429]
