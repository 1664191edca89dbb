"""Uploads with `invite` or `notify`, and GET imports/{id}/invitations/."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.answers import assert_error
from tests.imports import imported, run
from tests.mails import Mailbox
from users_uc.models import Mail, User
from users_uc.tasks import send_invitations

URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]


def test_the_job_counts_its_invitations(mailbox: Mailbox, as_bob: APIClient, bob: User) -> None:
    job = imported("email\na@x.com\nb@x.com\n", owner=bob, options=Options(invite=True))
    links = as_bob.get(f"/api/v1/imports/{job.id}/").json()["links"]
    waiting = {"total": 2, "waiting": 2, "sent": 0, "given_up": 0}
    assert as_bob.get(links["invitations"]).json() == waiting
    send_invitations()
    assert as_bob.get(links["invitations"]).json() == {**waiting, "waiting": 0, "sent": 2}


def test_an_import_without_invitations_has_no_link_to_them(as_bob: APIClient, bob: User) -> None:
    job = imported("email\na@x.com\n", owner=bob)
    assert "invitations" not in as_bob.get(f"/api/v1/imports/{job.id}/").json()["links"]


@pytest.mark.parametrize("option", ["invite", "notify"])
def test_an_option_that_needs_a_mail_server_is_refused_without_one(
    as_bob: APIClient, csv_file: CsvFile, option: str
) -> None:
    body = {"file": csv_file("email\na@x.com\n"), option: "true"}
    answer = as_bob.post(URL, body, format="multipart")
    assert_error(answer, 400, "invalid", **{option: "mail_not_set_up"})
    assert f"the option {option} out" in answer.json()["error"]["fields"][option][0]["message"]


@pytest.mark.parametrize(("accepted", "language"), [("pt-PT,en;q=0.5", "pt-br"), ("fr", "en")])
def test_a_notice_is_in_the_language_of_the_request(
    mailbox: Mailbox, as_bob: APIClient, csv_file: CsvFile, accepted: str, language: str
) -> None:
    body = {"file": csv_file("email\na@x.com\n"), "notify": "true", "language": "en"}
    answer = as_bob.post(URL, body, format="multipart", headers={"Accept-Language": accepted})
    job = run(ImportJob.objects.get(id=answer.json()["task_id"]))
    assert job.options == {"notify": True}
    assert Mail.objects.get().language == language


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("invite", "perhaps", "invalid"),
        ("notify", "perhaps", "invalid"),
        ("language", "tlh", "invalid_choice"),
    ],
)
def test_an_invalid_option_is_refused(
    mailbox: Mailbox, as_bob: APIClient, csv_file: CsvFile, option: str, value: str, code: str
) -> None:
    body = {"file": csv_file("email\na@x.com\n"), option: value}
    answer = as_bob.post(URL, body, format="multipart")
    assert_error(answer, 400, "invalid", **{option: code})
