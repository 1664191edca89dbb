"""Which changes of operations and components break clients."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.openapi.breaking import breaking_changes

JSON: dict[str, Any] = {"content": {"application/json": {"schema": {"type": "object"}}}}
LIMIT = {"schema": {"type": "integer"}, "required": True}
DOCUMENT: dict[str, Any] = {
    "servers": [{"url": "/"}],
    "paths": {
        "/things/": {
            "get": {
                "operationId": "listThings",
                "tags": ["things"],
                "security": [{"token": []}, {}],
                "parameters": [
                    {"in": "query", "name": "q", "schema": {"maxLength": 9}},
                    {"in": "header", "name": "If-Match", "schema": {}},
                ],
                "responses": {
                    "200": {
                        "content": {**JSON["content"], "text/csv": {"schema": {"type": "string"}}},
                        "headers": {"ETag": {"schema": {"type": "string"}, "required": True}},
                    },
                    "404": {**JSON, "headers": {"X-Limit": LIMIT}},
                },
            },
            "post": {"requestBody": JSON, "responses": {"204": {}, "404": JSON}},
        },
    },
    "components": {
        "schemas": {"Thing": {}},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
GET, POST = "GET /things/", "POST /things/"
type Mutation = Callable[[Any, Any, Any], object]
"""A function that changes the document, its GET or its POST."""

BREAKING: list[tuple[Mutation, list[str]]] = [
    (
        lambda document, get, post: document["paths"].clear(),
        [f"{GET}: the operation is no longer there", f"{POST}: the operation is no longer there"],
    ),
    (
        lambda document, get, post: document["components"]["schemas"].clear(),
        ["components: the schema Thing is no longer there"],
    ),
    (
        lambda document, get, post: document["components"]["securitySchemes"].clear(),
        ["components: the security scheme token is no longer there"],
    ),
    (
        lambda document, get, post: document["components"]["securitySchemes"]["token"].update(
            scheme="basic"
        ),
        ["components: the scheme of token is basic, and was bearer"],
    ),
    (
        lambda document, get, post: document.update(servers=[{"url": "/v2"}]),
        ["servers: the URL / is no longer there"],
    ),
    (
        lambda document, get, post: get.update(operationId="things"),
        [f"{GET}: the operation id is things, and was listThings"],
    ),
    (
        lambda document, get, post: get.update(tags=["other", "things"]),
        [f"{GET}: the tags are ['other', 'things'], and were ['things']"],
    ),
    (
        lambda document, get, post: get.update(security=[{"token": []}]),
        [f"{GET}: a request with no credentials is no longer accepted"],
    ),
    (
        lambda document, get, post: document.update(security=[{"token": []}]),
        [f"{POST}: a request with no credentials is no longer accepted"],
    ),
    (
        lambda document, get, post: get["parameters"].pop(),
        [f"{GET}: the parameter header if-match is no longer there"],
    ),
    (
        lambda document, get, post: get["parameters"][0].update(required=True),
        [f"{GET}: the parameter query q is required"],
    ),
    (
        lambda document, get, post: get["parameters"].append(
            {"in": "query", "name": "id", "schema": {}, "required": True}
        ),
        [f"{GET}: the parameter query id is required"],
    ),
    (
        lambda document, get, post: get["parameters"][0].update(schema={"maxLength": 8}),
        [f"{GET} query q: the value has maxLength 8, and had 9"],
    ),
    (
        lambda document, get, post: get["parameters"][0].update(style="form"),
        [f"{GET}: the parameter query q has another style"],
    ),
    (
        lambda document, get, post: get.update(requestBody={**JSON, "required": True}),
        [f"{GET}: a body is required"],
    ),
    (
        lambda document, get, post: post.update(requestBody={"content": {"text/csv": {}}}),
        [f"{POST} body: application/json is no longer there"],
    ),
    (
        lambda document, get, post: get["responses"].update({"206": get["responses"].pop("200")}),
        [f"{GET}: the status 200 is no longer there"],
    ),
    (
        lambda document, get, post: get["responses"]["200"]["content"].pop("application/json"),
        [f"{GET} 200: application/json is no longer there"],
    ),
    (
        lambda document, get, post: get["responses"]["200"]["content"]["text/csv"].clear(),
        [f"{GET} 200 text/csv: the value is any value, and was string"],
    ),
    (
        lambda document, get, post: get["responses"]["200"].update(headers={}),
        [f"{GET} 200: header ETag is no longer there"],
    ),
    (
        lambda document, get, post: get["responses"]["200"]["headers"]["ETag"].clear(),
        [
            f"{GET} 200: header ETag may be missing",
            f"{GET} 200: header ETag is any value, and was string",
        ],
    ),
    (
        lambda document, get, post: (
            get["responses"].update({"404": {}}),
            post["responses"].update({"404": {}}),
        ),
        [
            f"{GET} 404: application/json is no longer there (and in other places: 1)",
            f"{GET} 404: header X-Limit is no longer there",
        ],
    ),
]
ALLOWED: list[Mutation] = [
    lambda document, get, post: document["paths"].update({"/other/": {"get": get}}),
    lambda document, get, post: document["paths"]["/things/"].update(put=post),
    lambda document, get, post: document["components"]["schemas"].update(Other={}),
    lambda document, get, post: document.update(info={"title": "Things", "version": "9.0.0"}),
    lambda document, get, post: get.update(tags=["things", "other"], description="Text."),
    lambda document, get, post: get.update(deprecated=True, security=[]),
    lambda document, get, post: get["parameters"].append(
        {"in": "query", "name": "page", "schema": {}}
    ),
    lambda document, get, post: get["parameters"][1].update(name="if-match", description="Text."),
    lambda document, get, post: get["parameters"].reverse(),
    lambda document, get, post: get.update(requestBody=JSON),
    lambda document, get, post: post["requestBody"]["content"].update({"text/csv": {}}),
    lambda document, get, post: get["responses"].pop("404"),
    lambda document, get, post: get["responses"].update({"202": {}, "500": {}}),
    lambda document, get, post: post["responses"]["204"].update(headers={"ETag": {}}),
    lambda document, get, post: get["responses"]["200"]["headers"].update(Location={}),
    lambda document, get, post: get["responses"]["200"]["content"].update({"text/plain": {}}),
]


def changes(mutate: Mutation) -> list[str]:
    """Return what the mutation of the document breaks."""
    document = deepcopy(DOCUMENT)
    operations = document["paths"]["/things/"]
    mutate(document, operations["get"], operations["post"])
    assert document != DOCUMENT
    return breaking_changes(DOCUMENT, document)


@pytest.mark.parametrize(("mutate", "found"), BREAKING)
def test_a_change_that_breaks_clients(mutate: Mutation, found: list[str]) -> None:
    assert changes(mutate) == found


@pytest.mark.parametrize("mutate", ALLOWED)
def test_a_change_that_breaks_no_client(mutate: Mutation) -> None:
    assert changes(mutate) == []


def test_references_to_other_things_than_schemas_are_followed() -> None:
    document = deepcopy(DOCUMENT)
    document["components"]["headers"] = {"Limit": LIMIT}
    document["paths"]["/things/"]["get"]["responses"]["404"]["headers"] = {
        "X-Limit": {"$ref": "#/components/headers/Limit"}
    }
    assert breaking_changes(DOCUMENT, document) == []
    document["components"]["headers"]["Limit"] = {"schema": {"type": "string"}, "required": True}
    assert breaking_changes(DOCUMENT, document) == [
        f"{GET} 404: header X-Limit is string, and was integer"
    ]


def test_parameters_of_a_path_belong_to_its_operations() -> None:
    document = deepcopy(DOCUMENT)
    path = document["paths"]["/things/"]
    path["parameters"] = [path["get"]["parameters"].pop()]
    assert breaking_changes(DOCUMENT, document) == []
