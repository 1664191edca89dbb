"""What all answers of the API have in common."""

import json

from django.http import HttpResponse


def assert_error(answer: HttpResponse, status: int, code: str, **fields: str) -> None:
    """The one shape of an error; `fields` gives each wrong field's code."""
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
    """What an error tells a person."""
    return str(json.loads(answer.content)["error"]["message"])


def wrong_fields(answer: HttpResponse) -> dict[str, list[dict[str, str]]]:
    """What a 400 says of each."""
    assert answer.status_code == 400
    fields: dict[str, list[dict[str, str]]] = json.loads(answer.content)["error"]["fields"]
    return fields
