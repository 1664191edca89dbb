"""`openapi.json` is the OpenAPI schema of the code, and no change of it breaks clients."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.openapi import __main__ as command
from tests.openapi.breaking import breaking_changes
from tests.openapi.document import FILE, as_text, generate, read

type Document = dict[str, Any]

USERS, USER = "/api/v1/users/", "/api/v1/users/{id}/"


@pytest.fixture(scope="module")
def generated() -> Document:
    return generate()


def test_no_change_since_the_committed_file_breaks_clients(generated: Document) -> None:
    changes = breaking_changes(read(), generated)
    assert not changes, "\n".join([*changes, command.ADVICE])


def test_the_committed_file_is_that_of_the_code(generated: Document) -> None:
    is_same = FILE.read_text(encoding="utf-8") == as_text(generated)
    assert is_same, "openapi.json is not that of the code: run python -m tests.openapi"


def schemas(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def parameter(document: Document, path: str, name: str) -> Any:
    (found,) = (
        each for each in document["paths"][path]["get"]["parameters"] if each["name"] == name
    )
    return found


MUTATIONS: list[tuple[Callable[[Document], object], str]] = [
    (
        lambda document: schemas(document, "User")["properties"].pop("phone"),
        "GET /api/v1/users/ 200: results[].phone is no longer there",
    ),
    (
        lambda document: schemas(document, "User")["properties"]["id"].update(type="string"),
        "GET /api/v1/users/ 200: results[].id is string, and was integer",
    ),
    (
        lambda document: schemas(document, "User")["required"].remove("email"),
        "GET /api/v1/users/ 200: results[].email may be missing",
    ),
    (
        lambda document: schemas(document, "UserRequest")["required"].append("phone"),
        "POST /api/v1/users/ body: phone is required",
    ),
    (
        lambda document: schemas(document, "UserRequest")["properties"]["name"].update(
            maxLength=149
        ),
        "POST /api/v1/users/ body: name has maxLength 149, and had 150",
    ),
    (
        lambda document: schemas(document, "KeyScope")["enum"].remove("users:write"),
        "POST /api/v1/keys/ body: scopes[] no longer accepts 'users:write'",
    ),
    (
        lambda document: schemas(document, "ImportPhase")["enum"].append("waiting"),
        "progress.phase has the new value 'waiting'",
    ),
    (
        lambda document: schemas(document, "ApiError")["properties"].pop("trace_id"),
        "GET /api/ 400: trace_id is no longer there (and in other places: ",
    ),
    (
        lambda document: document["paths"].pop(USER),
        "GET /api/v1/users/{id}/: the operation is no longer there",
    ),
    (
        lambda document: document["paths"][USER]["get"].update(operationId="readUser"),
        "GET /api/v1/users/{id}/: the operation id is readUser, and was getUser",
    ),
    (
        lambda document: parameter(document, USERS, "page_size").update(name="limit"),
        "GET /api/v1/users/: the parameter query page_size is no longer there",
    ),
    (
        lambda document: document["paths"]["/api/"]["get"].update(security=[{"token": []}]),
        "GET /api/: a request with no credentials is no longer accepted",
    ),
    (
        lambda document: document["paths"][USER]["get"]["responses"]["200"]["headers"].clear(),
        "GET /api/v1/users/{id}/ 200: header ETag is no longer there",
    ),
]
ADDITIONS: list[Callable[[Document], object]] = [
    lambda document: document["paths"].update({"/api/v1/other/": document["paths"]["/api/"]}),
    lambda document: document["paths"][USERS]["get"]["parameters"].append(
        {"in": "query", "name": "colour", "schema": {"type": "string"}}
    ),
    lambda document: schemas(document, "User")["properties"].update(colour={"type": "string"}),
    lambda document: schemas(document, "UserRequest")["properties"].update(
        colour={"type": "string"}
    ),
    lambda document: schemas(document, "UserRequest")["properties"]["name"].update(maxLength=151),
    lambda document: schemas(document, "WebhookEvent")["enum"].append("user.renamed"),
    lambda document: document["info"].update(version="9.0.0"),
]


@pytest.mark.parametrize(("mutate", "found"), MUTATIONS)
def test_a_break_of_the_committed_file_is_found(
    mutate: Callable[[Document], object], found: str
) -> None:
    document = read()
    mutate(document)
    assert any(found in line for line in breaking_changes(read(), document))


@pytest.mark.parametrize("add", ADDITIONS)
def test_an_addition_to_the_committed_file_breaks_nothing(
    add: Callable[[Document], object],
) -> None:
    document = read()
    add(document)
    assert document != read()
    assert breaking_changes(read(), document) == []


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, generated: Document) -> Path:
    """Return the file that the command compares and writes. The code has one field less."""
    file = tmp_path / "openapi.json"
    earlier = deepcopy(generated)
    schemas(earlier, "User")["properties"]["colour"] = {"type": "string"}
    file.write_text(as_text(earlier), encoding="utf-8")
    monkeypatch.setattr(command, "FILE", file)
    monkeypatch.setattr(command, "generate", lambda: generated)
    return file


def test_the_command_refuses_to_write_a_break(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file.read_bytes()
    assert command.main([]) == 1
    printed = capsys.readouterr()
    assert "results[].colour is no longer there" in printed.out
    assert "python -m tests.openapi --breaking" in printed.err
    assert file.read_bytes() == before


def test_the_command_writes_a_break_that_is_wanted(file: Path, generated: Document) -> None:
    assert command.main(["--breaking"]) == 0
    assert file.read_text(encoding="utf-8") == as_text(generated)
    assert command.main([]) == 0


def test_the_command_lists_the_breaks_since_a_release(
    file: Path, tmp_path: Path, generated: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    release = tmp_path / "release.json"
    release.write_bytes(file.read_bytes())
    file.write_text("{}", encoding="utf-8")
    assert command.main(["--since", str(release)]) == 1
    assert "results[].colour is no longer there" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == "{}"
    release.write_text(as_text(generated), encoding="utf-8")
    assert command.main(["--since", str(release)]) == 0
