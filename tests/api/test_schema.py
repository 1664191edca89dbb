"""GET schema/ and GET docs/: the OpenAPI schema."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from core import __version__
from core.http.openapi_view import SchemaView
from tests.api.test_access import ROWS, shape


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield all URLs of the resolver, with `{}` for each parameter."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLPattern):
            yield "/" + re.sub(r"<[^>]+>|\(\?P.+\)", "{}", route)
        else:
            yield from routes(entry, route)


def test_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"


def test_has_the_version_of_the_service(schema: dict[str, Any]) -> None:
    assert schema["info"]["version"] == __version__


def test_has_every_url_of_the_api(schema: dict[str, Any]) -> None:
    described = {re.sub(r"{\w+}", "{}", path) for path in schema["paths"]}
    served = {route for route in routes(get_resolver()) if route.startswith("/api/v1/")}
    assert described == served | {"/api/"}


def test_describes_the_exported_file(schema: dict[str, Any]) -> None:
    operation = schema["paths"]["/api/v1/users/export.csv"]["get"]
    assert {"200", "400", "403", "429"} <= operation["responses"].keys()
    assert "text/csv" in operation["responses"]["200"]["content"]
    listed = schema["paths"]["/api/v1/users/"]["get"]["parameters"]
    paging = {"cursor", "page_size", "count"}
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {parameter["name"] for parameter in listed} - paging


def test_describes_bearer_tokens(schema: dict[str, Any]) -> None:
    scheme = schema["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "API key" in scheme["description"]
    assert schema["paths"]["/api/v1/users/me/"]["get"]["security"] == [{"token": []}]


def test_describes_the_versions_of_users(schema: dict[str, Any]) -> None:
    paths = schema["paths"]
    created = paths["/api/v1/users/"]["post"]["responses"]["201"]["headers"]
    assert {"Location", "ETag", "Idempotent-Replayed"} <= created.keys()
    for path in ("/api/v1/users/me/", "/api/v1/users/{id}/"):
        get, delete = paths[path]["get"], paths[path]["delete"]
        assert "If-None-Match" in {parameter["name"] for parameter in get["parameters"]}
        for status in ("200", "304"):
            assert "ETag" in get["responses"][status]["headers"]
        assert "If-Match" in {parameter["name"] for parameter in delete["parameters"]}
        assert "412" in delete["responses"]


def test_describes_no_password_in_an_answer(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    assert "password" not in components["User"]["properties"]
    assert "password" in components["UserRequest"]["properties"]


def test_is_served(anonymous: APIClient, schema: dict[str, Any]) -> None:
    answer = anonymous.get("/api/schema/")
    assert answer.status_code == 200
    served = yaml.safe_load(answer.content)
    assert served["paths"].keys() == schema["paths"].keys()


def test_the_docs_page_loads_only_its_own_files(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(assets) >= 3
    assert all(asset.startswith(("/static/", "/api/docs/")) for asset in assets)
    assert "<script>" not in page
    for asset in assets:
        file = anonymous.get(asset)
        assert file.status_code == 200
        assert file.getvalue()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_describes_every_status_in_the_matrix(schema: dict[str, Any], row: list[str]) -> None:
    method, url, *statuses, _ = row
    served = {
        re.sub(r"{\w+}", "<>", path): operations for path, operations in schema["paths"].items()
    }
    operations = served.get(shape(url))
    if operations is not None:  # the OpenAPI schema leaves out pages and /healthz
        assert set(statuses) <= operations[method.lower()]["responses"].keys()


@pytest.mark.parametrize(
    ("status", "header"),
    [("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")],
)
def test_describes_the_headers_of_errors(schema: dict[str, Any], status: str, header: str) -> None:
    answers = [
        operation["responses"][status]
        for operations in schema["paths"].values()
        for operation in operations.values()
        if status in operation["responses"]
    ]
    assert answers
    assert all(answer["headers"][header]["required"] for answer in answers)


@pytest.mark.parametrize(
    ("path", "name", "accepted", "rejected"),
    [
        ("/api/v1/users/", "is_active", [True], ["maybe"]),
        ("/api/v1/users/", "ordering", ["-email"], ["name"]),
        ("/api/v1/imports/", "dry_run", [False], ["maybe"]),
        ("/api/v1/imports/", "mode", ["upsert"], ["delete"]),
        ("/api/v1/imports/", "max_errors", ["2.5%", "100"], ["-1", "2,5%"]),
        ("/api/v1/imports/", "delimiter", [";", "tab"], [7]),
    ],
)
def test_describes_the_values_of_fields_and_parameters(
    schema: dict[str, Any], path: str, name: str, accepted: list[object], rejected: list[object]
) -> None:
    """The service takes more than this: empty texts, and other spellings of booleans."""
    components = {"components": schema["components"]}
    parameters = schema["paths"][path]["get"].get("parameters", [])
    described = {parameter["name"]: parameter["schema"] for parameter in parameters}
    described |= schema["components"]["schemas"]["UploadRequest"]["properties"]
    validator = jsonschema.Draft202012Validator(described[name] | components)
    assert [validator.is_valid(value) for value in accepted] == [True] * len(accepted)
    assert [validator.is_valid(value) for value in rejected] == [False] * len(rejected)


def test_a_field_has_one_schema(schema: dict[str, Any]) -> None:
    """Clients of generators reject a value that fits two of several schemas."""
    text = yaml.safe_dump(schema)
    assert "allOf:" not in text
    assert "anyOf:" not in text
    user = schema["components"]["schemas"]["User"]
    name = jsonschema.Draft202012Validator(user["properties"]["name"])
    assert [name.is_valid(value) for value in ("", "Ann", "a\0", None)] == [
        True,
        True,
        False,
        False,
    ]
    assert set(user["required"]) == user["properties"].keys()


def test_an_id_is_an_integer_in_paths_too(schema: dict[str, Any]) -> None:
    (id_,) = (
        p for p in schema["paths"]["/api/v1/users/{id}/"]["get"]["parameters"] if p["in"] == "path"
    )
    assert id_["schema"]["type"] == "integer"


@pytest.mark.parametrize(
    ("values", "is_valid"),
    [
        ({}, True),
        ({"department": "Sales", "floor": 2, "is_remote": False, "title": None}, True),
        ({"Department": "Sales"}, False),
        ({"department": ["Sales"]}, False),
    ],
)
def test_describes_the_attributes_of_users(
    schema: dict[str, Any], values: dict[str, Any], *, is_valid: bool
) -> None:
    for component in ("User", "UserRequest", "PatchedUserRequest", "OwnData"):
        described = schema["components"]["schemas"][component]["properties"]["attributes"]
        assert jsonschema.Draft202012Validator(described).is_valid(values) == is_valid


def test_describes_the_common_statuses_of_every_operation(schema: dict[str, Any]) -> None:
    """New operations get these statuses too, without any declaration."""
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            responses = operation["responses"].keys()
            assert {"400", "406", "503"} <= responses
            if method != "get":
                assert {"408", "411", "413", "415"} <= responses
            if {"token": []} in operation.get("security", []):
                assert {"401", "403"} <= responses


def test_is_generated_once_for_each_language_and_format(
    anonymous: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anonymous clients may request the OpenAPI schema, and generating it takes long."""
    header_sets = [
        {"HTTP_ACCEPT_LANGUAGE": language, "HTTP_ACCEPT": accept}
        for language in ("en", "pt-BR")
        for accept in ("application/json", "application/vnd.oai.openapi")
    ]
    served = [anonymous.get("/api/schema/", **headers) for headers in header_sets]  # type: ignore[arg-type]
    assert [answer["Content-Type"] for answer in served] == [
        "application/json", "application/vnd.oai.openapi; charset=utf-8",
    ] * 2  # fmt: skip
    assert len({answer.content for answer in served}) == 4
    monkeypatch.setattr(SchemaView, "generator_class", None)
    again = [anonymous.get("/api/schema/", **headers) for headers in header_sets]  # type: ignore[arg-type]
    assert [answer.content for answer in again] == [answer.content for answer in served]


def test_describes_the_headers_of_rate_limits(schema: dict[str, Any]) -> None:
    components = schema["components"]["headers"]
    assert components.keys() == {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    for operations in schema["paths"].values():
        for operation in operations.values():
            takes_keys = {} not in operation["security"]
            for status, answer in operation["responses"].items():
                shown = components.keys() & answer.get("headers", {}).keys()
                counted = takes_keys and (status.startswith("2") or status == "429")
                assert shown == (components.keys() if counted else set())


def test_each_enum_has_a_name(schema: dict[str, Any]) -> None:
    """A generator makes one type of it then, and not one for each parameter."""
    components = schema["components"]["schemas"]
    unnamed = {name: each for name, each in components.items() if "enum" not in each}
    assert '"enum"' not in json.dumps([schema["paths"], unnamed])
    assert components["CountMode"]["enum"] == ["estimate", "exact"]


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_the_schema_of_each_language_has_all_enums(anonymous: APIClient, language: str) -> None:
    answer = anonymous.get("/api/schema/?format=json", HTTP_ACCEPT_LANGUAGE=language)
    assert "CountMode" in json.loads(answer.content)["components"]["schemas"]
