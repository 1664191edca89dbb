"""Uploads whose body is the file itself."""

import gzip
from io import BytesIO
from typing import Any

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error, message, wrong_fields
from tests.api_keys import client_with_key
from tests.imports import run
from users_uc.models import User

URL = "/api/v1/imports/"
CONTENT = b"email;name\nann@x.com;Ann\nbad;Ben\n"


def send(
    client: Any, content: bytes = CONTENT, kind: str = "text/csv", query: str = "", **headers: Any
) -> Any:
    return client.generic("POST", f"{URL}{query}", content, kind, **headers)


def message_of(answer: Any, field: str) -> str:
    """Return the message of the only error of the field."""
    (error,) = wrong_fields(answer)[field]
    return error["message"]


@pytest.mark.parametrize("kind", ["text/csv", "text/csv; charset=utf-8", "TEXT/CSV"])
def test_a_body_is_imported(as_bob: APIClient, kind: str) -> None:
    answer = send(as_bob, kind=kind)
    assert answer.status_code == 202, answer.json()
    job = run(ImportJob.objects.get())
    assert (job.status, job.created, job.failed, job.file_name) == ("SUCCESS", 1, 1, "upload")
    assert User.objects.get(email="ann@x.com").name == "Ann"


def test_a_compressed_body_is_imported(as_bob: APIClient) -> None:
    send(as_bob, gzip.compress(CONTENT), "application/gzip")
    assert run(ImportJob.objects.get()).created == 1


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP, identity"])
@pytest.mark.parametrize("kind", ["text/csv", "application/gzip"])
def test_a_header_may_say_that_the_body_is_compressed(
    as_bob: APIClient, kind: str, coding: str
) -> None:
    send(as_bob, gzip.compress(CONTENT), kind, HTTP_CONTENT_ENCODING=coding)
    assert run(ImportJob.objects.get()).created == 1


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, br", "compress"])
def test_an_unknown_coding_is_415(as_bob: APIClient, no_file_is_left: None, coding: str) -> None:
    answer = send(as_bob, HTTP_CONTENT_ENCODING=coding)
    assert_error(answer, 415, "unsupported_media_type")


def test_a_body_that_is_not_gzip_as_declared_is_400(
    as_bob: APIClient, no_file_is_left: None
) -> None:
    """Fails if the file is read as it is: its bytes are not those that the client means."""
    answer = send(as_bob, HTTP_CONTENT_ENCODING="gzip")
    assert_error(answer, 400, "parse_error")
    assert message(answer).startswith("The body is not gzip, although Content-Encoding says so.")


def test_the_file_has_the_name_of_the_header(as_bob: APIClient) -> None:
    for disposition, name in (
        ('attachment; filename="people.csv"', "people.csv"),
        ("attachment; filename*=UTF-8''pessoas%C3%A9.csv", "pessoasé.csv"),
        ("nonsense", "upload"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
    ):
        send(as_bob, HTTP_CONTENT_DISPOSITION=disposition)
        assert ImportJob.objects.latest("created_at").file_name == name


def test_the_url_has_the_options(as_bob: APIClient) -> None:
    query = "?mode=upsert&delimiter=;&dry_run=true&client_reference=run+17"
    answer = send(as_bob, query=query)
    options = as_bob.get(answer["Location"]).json()["options"]
    assert (options["mode"], options["delimiter"], options["dry_run"]) == ("upsert", ";", True)
    assert options["client_reference"] == "run 17"


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [("?mood=upsert", "mood", "unknown_parameter"), ("?file=x", "file", "unknown_parameter"),
     ("?mode=both", "mode", "invalid_choice"),
     ("?mode=create&mode=upsert", "mode", "invalid")],
)  # fmt: skip
def test_a_wrong_option_is_400(as_bob: APIClient, query: str, field: str, code: str) -> None:
    assert_error(send(as_bob, query=query), 400, "invalid", **{field: code})
    assert not ImportJob.objects.exists()


def test_the_key_of_a_repeated_upload_is_that_of_a_form(as_bob: APIClient, csv_file: Any) -> None:
    first = send(as_bob, HTTP_IDEMPOTENCY_KEY="run-17")
    form = {"file": csv_file(CONTENT)}
    second = as_bob.post(URL, form, format="multipart", HTTP_IDEMPOTENCY_KEY="run-17")
    assert second["Idempotent-Replayed"] == "true"
    assert second.json()["task_id"] == first.json()["task_id"]


def test_an_empty_body_is_400(as_bob: APIClient, no_file_is_left: None) -> None:
    answer = send(as_bob, b"", CONTENT_TYPE="text/csv", CONTENT_LENGTH="0")
    assert_error(answer, 400, "invalid", file="empty_file")
    assert message_of(answer, "file").startswith("The file is empty. Send a header row")
    assert not ImportJob.objects.exists()


def test_a_request_without_a_body_is_400(as_bob: APIClient) -> None:
    answer = send(as_bob, b"", CONTENT_TYPE="text/csv")
    assert_error(answer, 400, "invalid", file="required")
    assert "no body" in message_of(answer, "file")


def test_an_unknown_option_has_the_known_ones_in_its_error(
    as_bob: APIClient, csv_file: Any
) -> None:
    form = {"file": csv_file(CONTENT), "dryrun": "true"}
    for answer in (
        send(as_bob, query="?dryrun=true"),
        as_bob.post(f"{URL}?dryrun=true", {"file": csv_file(CONTENT)}, format="multipart"),
    ):
        assert_error(answer, 400, "invalid", dryrun="unknown_parameter")
        assert " dry_run, " in message_of(answer, "dryrun")
        assert "file" not in message_of(answer, "dryrun")
    for url in (URL, f"{URL}inspect/"):
        answer = as_bob.post(url, form, format="multipart")
        assert_error(answer, 400, "invalid", dryrun="unknown_field")
        assert "Known: file, " in message_of(answer, "dryrun")
    assert not ImportJob.objects.exists()


def test_a_file_in_the_url_of_a_form_is_an_unknown_option(as_bob: APIClient, csv_file: Any) -> None:
    form = {"file": csv_file(CONTENT)}
    answer = as_bob.post(f"{URL}?file=x", form, format="multipart")
    assert_error(answer, 400, "invalid", file="unknown_parameter")


def test_a_body_that_breaks_off_is_400(as_bob: APIClient, no_file_is_left: None) -> None:
    broken_off: dict[str, Any] = {
        "wsgi.input": BytesIO(CONTENT),
        "CONTENT_LENGTH": str(len(CONTENT) + 10),
    }
    answer = send(as_bob, **broken_off)
    assert_error(answer, 400, "parse_error")
    assert not ImportJob.objects.exists()


def test_a_body_above_the_limit_is_413(
    as_bob: APIClient, settings: Any, no_file_is_left: None
) -> None:
    settings.MAX_UPLOAD_SIZE = len(CONTENT) - 1
    assert_error(send(as_bob), 413, "too_large")


def test_a_key_sends_a_body(bob: User) -> None:
    assert send(client_with_key(bob, "imports:write")).status_code == 202
