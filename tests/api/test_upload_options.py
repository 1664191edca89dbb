"""POST imports/: the options beside the file."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.answers import assert_error, wrong_fields

URL = "/api/v1/imports/"
Send = Callable[..., HttpResponse]
DEFAULTS = Options().as_json()


@pytest.mark.parametrize(
    ("option", "sent", "expected"),
    [
        ("mode", "upsert", "upsert"),
        ("update", "phone, name,phone", ["phone", "name"]),
        ("dry_run", "true", True),
        ("dry_run", "1", True),
        ("dry_run", "false", False),
        ("on_error", "abort", "abort"),
        ("max_errors", "0", "0"),
        ("max_errors", "100", "100"),
        ("max_errors", "0.5%", "0.5%"),
        ("max_errors", "100%", "100%"),
        ("delimiter", ";", ";"),
        ("delimiter", "Semicolon", ";"),
        ("encoding", "utf-8", "utf-8"),
        ("encoding", "UTF8", "utf-8"),
        ("encoding", "cp1252", "windows-1252"),
        ("encoding", "Latin-1", "iso-8859-1"),
        ("encoding", "ascii", "us-ascii"),
        ("columns", '{"Mail": null}', {"Mail": None}),
        ("columns", '{" Mail ": "phone"}', {"Mail": "phone"}),
        ("columns", "{}", {}),
    ],
)  # fmt: skip
def test_an_option_is_stored_with_the_job(
    send: Send, option: str, sent: str, expected: object
) -> None:
    assert send(**{option: sent}).status_code == 202
    stored = Options.from_json(ImportJob.objects.get().options)
    assert stored.as_json() == DEFAULTS | {option: expected}


def test_only_options_that_differ_from_the_default_are_stored(send: Send) -> None:
    """A Celery worker of an earlier version must know all options of most imports."""
    send(mode="upsert", match="email", on_error="continue")
    assert ImportJob.objects.get().options == {"mode": "upsert"}


def test_a_match_by_external_id_needs_the_column(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> None:
    def upload(header: str, **options: str) -> Any:
        body = {"file": csv_file(f"{header}\na@x.com,1\n"), "match": "external_id", **options}
        return as_bob.post(URL, body, format="multipart")

    answer = upload("email,Code")
    assert_error(answer, 400, "missing_external_id_column")
    assert "The columns are: email, Code." in answer.json()["error"]["message"]
    assert upload("email,Code", columns='{"code": "external_id"}').status_code == 202
    assert upload("email,Student ID").status_code == 202


@pytest.mark.parametrize(
    "options",
    [
        {"update": "name,email"},
        {"match": "external_id", "update": "external_id"},
        {"update": "password"},
        {"update": "name;phone"},
        {"update": "name,"},
        {"update": "is_staff"},
    ],
    ids=str,
)
def test_a_field_that_cannot_change_is_400(send: Send, options: dict[str, str]) -> None:
    assert wrong_fields(send(**options)).keys() == {"update"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (",", ","), ("comma", ","), (";", ";"), ("semicolon", ";"), ("|", "|"), ("pipe", "|"),
        ("\t", "\t"), ("tab", "\t"), ("TAB", "\t"), ("\\t", "\t"),
    ],
)  # fmt: skip
def test_a_delimiter_has_names(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile], sent: str, expected: str
) -> None:
    body = {"file": csv_file(f"email{expected}name\n"), "delimiter": sent}
    assert as_bob.post(URL, body, format="multipart").status_code == 202
    job = ImportJob.objects.get()
    assert (job.options["delimiter"], job.delimiter) == (expected, expected)


@pytest.mark.parametrize("option", DEFAULTS)
def test_an_empty_option_has_its_default(send: Send, option: str) -> None:
    assert send(**{option: ""}).status_code == 202
    assert ImportJob.objects.get().options == {}


def test_the_status_has_all_options(send: Send, as_bob: APIClient) -> None:
    columns = '{"Mail": null}'
    answer = send(mode="upsert", dry_run="1", max_errors="2%", delimiter=";", columns=columns)
    document = as_bob.get(answer["Location"]).json()
    assert document["options"] == {
        "mode": "upsert",
        "match": "email",
        "update": None,
        "clear_with": None,
        "date_order": None,
        "dry_run": True,
        "on_error": "continue",
        "max_errors": "2%",
        "delimiter": ";",
        "encoding": None,
        "sheet": None,
        "columns": {"Mail": None},
        "invite": False,
        "must_change_password": False,
        "notify": False,
        "client_reference": None,
        "language": "en",
    }


def test_a_job_of_an_earlier_version_has_all_options(send: Send, as_bob: APIClient) -> None:
    answer = send()
    ImportJob.objects.update(options={"mode": "create", "on_error": "continue"})
    assert as_bob.get(answer["Location"]).json()["options"] == DEFAULTS


@pytest.mark.parametrize(
    ("option", "sent", "code"),
    [
        ("mode", "delete", "invalid_choice"),
        ("mode", "Upsert", "invalid_choice"),
        ("dry_run", "maybe", "invalid"),
        ("on_error", "stop", "invalid_choice"),
        *[
            ("max_errors", sent, "invalid")
            for sent in (
                "-1", "5 %", "%", "101%", "100.1%", "1e3", "1e1%", "abc", "0.5", "+5", "1_000", "٣",
                "5%%", "9" * 19, "NaN%",
            )
        ],
        ("max_errors", " ", "blank"),
        *[
            ("encoding", sent, "invalid")
            for sent in (
                "utf-9", "rot13", "idna", "punycode", "unicode_escape", "raw_unicode_escape",
                "base64", "zlib", "hex", "undefined", "mbcs", "utf-7", "../utf-8", "ütf-8",
            )
        ],
        *[("delimiter", sent, "invalid") for sent in (";;", "x", " ", "\t\t", ", ", "\n", "space")],
    ],
)  # fmt: skip
def test_an_invalid_value_is_400(send: Send, option: str, sent: str, code: str) -> None:
    assert_error(send(**{option: sent}), 400, "invalid", **{option: code})
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("option", DEFAULTS)
def test_a_file_in_place_of_a_value_is_400(
    send: Send, csv_file: Callable[..., SimpleUploadedFile], option: str
) -> None:
    answer = send(**{option: csv_file("{}")})
    assert wrong_fields(answer).keys() == {option}


@pytest.mark.parametrize(
    "unknown",
    [{"is_superuser": "1"}, {"mdoe": "create", "owner": "1"}, {"Mode": "create"}],
    ids=str,
)
def test_an_unknown_option_is_400(send: Send, unknown: dict[str, str]) -> None:
    assert_error(send(**unknown), 400, "invalid", **dict.fromkeys(unknown, "unknown_field"))
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("option", DEFAULTS)
def test_a_repeated_option_is_400(send: Send, option: str) -> None:
    assert_error(send(**{option: ["", ""]}), 400, "invalid", **{option: "invalid"})


def test_an_option_may_be_in_the_url(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> None:
    """Generated clients send the query parameters of the OpenAPI schema there."""
    body: dict[str, Any] = {"file": csv_file("email\n"), "mode": "upsert"}
    answer = as_bob.post(f"{URL}?dry_run=true", body, format="multipart")
    assert answer.status_code == 202, answer.json()
    options = ImportJob.objects.get().options
    assert (options["dry_run"], options["mode"]) == (True, "upsert")


@pytest.mark.parametrize("query", ["mode=upsert", "mode=", "dry_run=1&dry_run=1"])
def test_a_wrong_option_in_the_url_is_400(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile], query: str
) -> None:
    """An option that was ignored silently could make a dry run write."""
    body: dict[str, Any] = {"file": csv_file("email\n"), "mode": "create"}
    answer = as_bob.post(f"{URL}?{query}", body, format="multipart")
    assert_error(answer, 400, "invalid", **{query.partition("=")[0]: "invalid"})
    assert not ImportJob.objects.exists()


def test_an_inspection_has_no_option_in_the_url(
    as_bob: APIClient, csv_file: Callable[..., SimpleUploadedFile]
) -> None:
    body: dict[str, Any] = {"file": csv_file("email\n")}
    answer = as_bob.post(f"{URL}inspect/?delimiter=comma", body, format="multipart")
    assert_error(answer, 400, "invalid", delimiter="invalid")
