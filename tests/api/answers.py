"""Assertions on the answers of the API, and their errors."""

import json

from django.http import HttpResponse


def assert_error(answer: HttpResponse, status: int, code: str, **fields: str) -> None:
    """Assert the shape of an error document; `fields` maps each wrong field to its code."""
    document = json.loads(answer.content)
    assert answer.status_code == status, document
    assert answer["Content-Type"] == "application/json"
    assert document.keys() == {"error", "trace_id"}
    assert document["trace_id"] == answer["X-Trace-Id"]
    error = document["error"]
    assert error["code"] == code, error
    assert error["message"]
    wrong = error.get("fields", {})
    assert {name: " ".join(e["code"] for e in errors) for name, errors in wrong.items()} == fields
    assert all(e.keys() == {"code", "message"} for errors in wrong.values() for e in errors)


def message(answer: HttpResponse) -> str:
    """Return the message of an error."""
    return str(json.loads(answer.content)["error"]["message"])


def wrong_fields(answer: HttpResponse) -> dict[str, list[dict[str, str]]]:
    """Return the errors of each field of a 400."""
    assert answer.status_code == 400
    fields: dict[str, list[dict[str, str]]] = json.loads(answer.content)["error"]["fields"]
    return fields
