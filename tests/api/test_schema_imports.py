"""GET schema/: the answers about imports match the OpenAPI schema."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
UPLOAD = "/api/v1/imports/"
JOB = "/api/v1/imports/{task_id}/"


@pytest.fixture
def assert_matches(schema: dict[str, Any]) -> Callable[[object, str], None]:
    """Return `assert_matches(document, name)`, which allows only the fields of the component."""

    def check(document: object, name: str) -> None:
        components = schema["components"]["schemas"]
        strict = {
            key: {**component, "additionalProperties": False}
            if component.get("type") == "object"
            else component
            for key, component in components.items()
        }
        reference = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": strict}}
        jsonschema.validate(document, reference, jsonschema.Draft202012Validator)

    return check


@pytest.mark.parametrize("content", ["email\nann@x.com\nbad\n", 'email\n"open'], ids=["ok", "bad"])
def test_the_status_of_a_finished_job_matches(
    as_bob: APIClient,
    imported: Imported,
    assert_matches: Callable[[object, str], None],
    content: str,
) -> None:
    assert_matches(
        as_bob.get(f"/api/v1/imports/{imported(as_bob, content).id}/").json(), "ImportStatus"
    )


def test_the_status_of_an_unfinished_job_matches(
    as_bob: APIClient, bob: User, assert_matches: Callable[[object, str], None]
) -> None:
    job = make_job("email\n", owner=bob)
    ImportJob.objects.update(
        passwords=1, compression="zip", options={"columns": {"a": None}, "max_errors": "1%"}
    )
    assert_matches(as_bob.get(f"/api/v1/imports/{job.id}/").json(), "ImportStatus")


def test_the_answers_to_accepted_and_refused_uploads_match(
    as_bob: APIClient,
    csv_file: Callable[..., SimpleUploadedFile],
    assert_matches: Callable[[object, str], None],
) -> None:
    accepted = as_bob.post(UPLOAD, {"file": csv_file("email\n")}, format="multipart")
    assert_matches(accepted.json(), "AcceptedImport")
    for body in ({"file": csv_file("name\n")}, {"mode": "delete"}):
        refused = as_bob.post(UPLOAD, body, format="multipart")
        assert refused.status_code == 400
        assert_matches(refused.json(), "ApiError")


def test_an_upload_has_a_file_all_options_and_a_key(schema: dict[str, Any]) -> None:
    operation = schema["paths"][UPLOAD]["post"]
    form = schema["components"]["schemas"]["UploadRequest"]
    assert form["properties"].keys() == {"file", *Options().as_json()}
    assert form["required"] == ["file"]
    parameters = {(each["in"], each["name"]) for each in operation["parameters"]}
    options = {("query", name) for name in Options().as_json()}
    assert parameters == {("header", "Idempotency-Key"), *options}
    assert operation["requestBody"]["required"] is True
    headers = {"Location", "Retry-After", "Idempotent-Replayed"}
    assert headers <= operation["responses"]["202"]["headers"].keys()


def test_only_the_form_has_defaults(schema: dict[str, Any]) -> None:
    """A client that sends the defaults of query parameters beside a form gets a 400."""
    form = schema["components"]["schemas"]["UploadRequest"]["properties"]
    assert form["dry_run"]["default"] is False
    parameters = schema["paths"][UPLOAD]["post"]["parameters"]
    assert not [each["name"] for each in parameters if "default" in each["schema"]]


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        (UPLOAD, "post", {"202", "400", "403", "409", "411", "413", "415", "429"}),
        (JOB, "get", {"200", "304", "404"}),
        (f"{JOB}cancel/", "post", {"202", "404", "409", "429"}),
        (f"{JOB}rows/", "get", {"200", "404", "410"}),
        (f"{JOB}rejected-rows.csv", "get", {"200", "400", "404", "410"}),
    ],
)
def test_every_answer_is_described(
    schema: dict[str, Any], path: str, method: str, statuses: set[str]
) -> None:
    responses = schema["paths"][path][method]["responses"]
    assert statuses <= responses.keys()
    errors = [
        answer["content"]["application/json"]["schema"]["$ref"]
        for status, answer in responses.items()
        if status >= "400"
    ]
    assert set(errors) == {"#/components/schemas/ApiError"}


def test_the_errors_of_a_job_are_paginated(schema: dict[str, Any]) -> None:
    answer = schema["paths"][f"{JOB}rows/"]["get"]["responses"]["200"]
    reference = answer["content"]["application/json"]["schema"]["$ref"]
    assert reference == "#/components/schemas/PaginatedRejectedRowList"


def test_failed_rows_have_the_parameter_include(schema: dict[str, Any]) -> None:
    operation = schema["paths"][f"{JOB}rejected-rows.csv"]["get"]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert "include" in names
    assert "text/csv" in operation["responses"]["200"]["content"]
