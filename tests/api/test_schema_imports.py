"""GET schema/: what it says of imports is what they answer."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
UPLOAD = "/api/contacts/upload-csv/"
JOB = "/api/contacts/task-status/{task_id}/"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The document."""
    output = StringIO()
    call_command("spectacular", stdout=output)
    document: dict[str, Any] = yaml.safe_load(output.getvalue())
    return document


@pytest.fixture
def fits(schema: dict[str, Any]) -> Callable[[object, str], None]:
    """`fits(document, name)`: it is what the schema calls by this name, and has no more."""

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
def test_the_status_of_an_ended_job(
    as_bob: APIClient,
    imported: Imported,
    fits: Callable[[object, str], None],
    content: str,
) -> None:
    fits(as_bob.get(f"/api/contacts/task-status/{imported(as_bob, content).id}/").json(), "Status")


def test_the_status_of_a_job_under_way(
    as_bob: APIClient, bob: User, fits: Callable[[object, str], None]
) -> None:
    job = make_job("email\n", owner=bob)
    ImportJob.objects.update(
        passwords=1, compression="zip", options={"columns": {"a": None}, "max_errors": "1%"}
    )
    fits(as_bob.get(f"/api/contacts/task-status/{job.id}/").json(), "Status")


def test_an_accepted_upload_and_a_refused_one(
    as_bob: APIClient,
    csv_file: Callable[..., SimpleUploadedFile],
    fits: Callable[[object, str], None],
) -> None:
    accepted = as_bob.post(UPLOAD, {"file": csv_file("email\n")}, format="multipart")
    fits(accepted.json(), "Accepted")
    for body in ({"file": csv_file("name\n")}, {"mode": "delete"}):
        refused = as_bob.post(UPLOAD, body, format="multipart")
        assert refused.status_code == 400
        fits(refused.json(), "ErrorDocument")


def test_an_upload_has_all_options_a_key_and_a_file(schema: dict[str, Any]) -> None:
    operation = schema["paths"][UPLOAD]["post"]
    form = schema["components"]["schemas"]["UploadRequest"]
    assert form["properties"].keys() == {"file", *Options().as_json()}
    assert form["required"] == ["file"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]
    assert operation["responses"]["202"]["headers"].keys() == {
        "Location",
        "Retry-After",
        "Idempotent-Replayed",
    }


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        (UPLOAD, "post", {"202", "400", "403", "409", "411", "413", "415", "429"}),
        (JOB, "get", {"200", "304", "404"}),
        (f"{JOB}cancel/", "post", {"202", "404", "409"}),
        (f"{JOB}errors/", "get", {"200", "404", "410"}),
        (f"{JOB}failed-rows.csv", "get", {"200", "400", "404", "410"}),
    ],
)
def test_every_answer_is_described(
    schema: dict[str, Any], path: str, method: str, statuses: set[str]
) -> None:
    responses = schema["paths"][path][method]["responses"]
    assert statuses <= responses.keys()
    refused = [
        answer["content"]["application/json"]["schema"]["$ref"]
        for status, answer in responses.items()
        if status >= "400"
    ]
    assert set(refused) == {"#/components/schemas/ErrorDocument"}


def test_a_list_of_errors_is_pages(schema: dict[str, Any]) -> None:
    answer = schema["paths"][f"{JOB}errors/"]["get"]["responses"]["200"]
    reference = answer["content"]["application/json"]["schema"]["$ref"]
    assert reference == "#/components/schemas/PaginatedRowErrorList"


def test_failed_rows_may_include_others(schema: dict[str, Any]) -> None:
    operation = schema["paths"][f"{JOB}failed-rows.csv"]["get"]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert "include" in names
    assert "text/csv" in operation["responses"]["200"]["content"]
