"""Which changes of the schema of a value break clients, in requests and in answers."""

from typing import Any

import pytest

from tests.openapi.breaking import breaking_changes

LISTED: Any = {"properties": {"a": {}, "b": {}}}
NULL = {"type": "null"}
THING = {"$ref": "#/components/schemas/Thing"}
type Case = tuple[Any, Any, list[str], list[str] | None]
"""A schema before and after, its changes in a request, and those in an answer if they differ."""

CASES: list[Case] = [
    ({"type": "string"}, {"type": "integer"}, ["v is integer, and was string"], None),
    ({"type": "integer"}, {"type": "number"}, [], ["v is number, and was integer"]),
    ({"type": "number"}, {"type": "integer"}, ["v is integer, and was number"], []),
    ({"type": "string"}, {}, [], ["v is any value, and was string"]),
    ({}, {"type": "string"}, ["v is string, and was any value"], []),
    ({"type": "string"}, {"type": ["string", "null"]}, [], ["v may be null"]),
    ({"type": ["string", "null"]}, {"type": "string"}, ["v may no longer be null"], []),
    (
        {"type": ["string", "null"]},
        {"type": ["integer", "null"]},
        ["v is integer or null, and was string or null"],
        None,
    ),
    (THING, {"oneOf": [THING, NULL]}, [], ["v may be null"]),
    ({"oneOf": [THING, NULL]}, THING, ["v may no longer be null"], []),
    ({"format": "date"}, {"format": "uuid"}, ["v has the format uuid, and had date"], None),
    ({"format": "date"}, {}, [], ["v has the format none, and had date"]),
    ({}, {"format": "date"}, ["v has the format date, and had none"], []),
    ({"enum": ["x", "y"]}, {"enum": ["x"]}, ["v no longer accepts 'y'"], []),
    ({"enum": ["x"]}, {"enum": ["x", "y"]}, [], ["v has the new value 'y'"]),
    ({}, {"enum": ["x"]}, ["v has an enum"], []),
    ({"enum": ["x"]}, {}, [], ["v has no enum"]),
    ({"maxLength": 9}, {"maxLength": 8}, ["v has maxLength 8, and had 9"], []),
    ({"maxLength": 9}, {"maxLength": 10}, [], []),
    ({"maxLength": 9}, {}, [], []),
    ({}, {"maxItems": 8}, ["v has maxItems 8, and had none"], []),
    ({"minimum": -1}, {"minimum": 0}, ["v has minimum 0, and had -1"], []),
    ({}, {"minimum": 0}, ["v has minimum 0, and had none"], []),
    ({"minimum": 1}, {"minimum": 0}, [], []),
    ({}, {"minLength": 0}, [], []),
    ({}, {"minLength": 1}, ["v has minLength 1, and had 0"], []),
    ({"pattern": "^a$"}, {"pattern": "^b$"}, ["v has the pattern ^b$, and had ^a$"], []),
    ({"pattern": "^a$"}, {}, [], []),
    ({"default": 1}, {"default": 2}, ["v has the default 2, and had 1"], []),
    ({}, {"default": 2}, [], []),
    (LISTED, {"properties": {"a": {}}}, ["v.b is no longer there"], None),
    ({"properties": {"a": {}}}, LISTED, [], []),
    (LISTED, {**LISTED, "required": ["a"]}, ["v.a is required"], []),
    (
        LISTED,
        {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["c"]},
        ["v.c is required"],
        [],
    ),
    ({**LISTED, "required": ["a"]}, LISTED, [], ["v.a may be missing"]),
    (
        LISTED,
        {**LISTED, "additionalProperties": False},
        ["v no longer accepts properties of other names"],
        [],
    ),
    ({**LISTED, "additionalProperties": False}, LISTED, [], []),
    (
        {"additionalProperties": {"type": "string"}},
        {"additionalProperties": {"type": "integer"}},
        ["v.* is integer, and was string"],
        None,
    ),
    (
        {"items": {"maxLength": 2}},
        {"items": {"maxLength": 1}},
        ["v[] has maxLength 1, and had 2"],
        [],
    ),
    ({}, {"items": {"type": "string"}}, ["v[] is string, and was any value"], []),
    (
        {"propertyNames": {"maxLength": 2}},
        {"propertyNames": {"maxLength": 1}},
        ["v.(name) has maxLength 1, and had 2"],
        [],
    ),
    ({"oneOf": [{}]}, {"oneOf": [{}, {}]}, ["v has another number of schemas in oneOf"], None),
    (
        {"anyOf": [{}, {"type": "string"}]},
        {"anyOf": [{}, {"type": "integer"}]},
        ["v is integer, and was string"],
        None,
    ),
    ({"not": {}}, {}, ["v has another not, which this check does not understand"], None),
    (
        {"type": "string"},
        {"type": "string", "description": "Text.", "examples": ["a"], "x-order": 1},
        [],
        [],
    ),
]


def document(value: Any, *, request: bool, **components: Any) -> dict[str, Any]:
    """Return an OpenAPI schema with one operation that takes or returns the value as `v`."""
    content = {"content": {"application/json": {"schema": {"properties": {"v": value}}}}}
    operation = {"responses": {"200": {} if request else content}}
    if request:
        operation["requestBody"] = content
    return {
        "paths": {"/a/": {"post": operation}},
        "components": {"schemas": {"Thing": {"type": "object"}, **components}},
    }


@pytest.mark.parametrize(("before", "after", "in_request", "in_answer"), CASES)
def test_a_change_of_a_value(
    before: Any, after: Any, in_request: list[str], in_answer: list[str] | None
) -> None:
    found = breaking_changes(document(before, request=True), document(after, request=True))
    assert found == [f"POST /a/ body: {change}" for change in in_request]
    found = breaking_changes(document(before, request=False), document(after, request=False))
    assert found == [
        f"POST /a/ 200: {change}" for change in (in_request if in_answer is None else in_answer)
    ]


def test_a_component_has_the_rules_of_its_place() -> None:
    before = {"Thing": {"type": "string", "maxLength": 9}}
    after = {"Thing": {"type": ["string", "null"], "maxLength": 8}}
    for request, found in (
        (True, "body: v has maxLength 8, and had 9"),
        (False, "200: v may be null"),
    ):
        changes = breaking_changes(
            document(THING, request=request, **before), document(THING, request=request, **after)
        )
        assert changes == [f"POST /a/ {found}"]


def test_a_recursive_component_is_compared_once() -> None:
    tree = {"properties": {"name": {"maxLength": 9}, "children": {"items": THING}}}
    narrower = {"properties": {"name": {"maxLength": 8}, "children": {"items": THING}}}
    changes = breaking_changes(
        document(THING, request=True, Thing=tree), document(THING, request=True, Thing=narrower)
    )
    assert changes == ["POST /a/ body: v.name has maxLength 8, and had 9"]


@pytest.mark.parametrize("request_", [True, False])
def test_a_recursive_component_may_become_another_schema(*, request_: bool) -> None:
    tree = {"type": "array", "items": THING}
    before = document(THING, request=request_, Thing=tree)
    for after in ({}, {"type": "array", "items": {"type": "array"}}):
        changed = document(after, request=request_, Thing=tree)
        breaking_changes(before, changed)
        breaking_changes(changed, before)


def test_a_component_in_several_places_has_one_line() -> None:
    both = {"properties": {"one": THING, "other": {"items": THING}}}
    before: Any = {"properties": {"name": {}}}
    after: Any = {"properties": {}}
    changes = breaking_changes(
        document(both, request=False, Thing=before), document(both, request=False, Thing=after)
    )
    assert changes == ["POST /a/ 200: v.one.name is no longer there (and in other places: 1)"]


def test_an_answer_may_have_new_values_that_requests_have_too() -> None:
    """The answer has such a value only after a client of this installation has sent it."""
    before, after = {"Thing": {"enum": ["x"]}}, {"Thing": {"enum": ["x", "y"]}}
    answers = document(THING, request=False, **before), document(THING, request=False, **after)
    assert breaking_changes(*answers) == ["POST /a/ 200: v has the new value 'y'"]
    for each in answers:
        each["paths"]["/b/"] = document(THING, request=True)["paths"]["/a/"]
    assert breaking_changes(*answers) == []
    assert breaking_changes(*reversed(answers)) == ["POST /b/ body: v no longer accepts 'y'"]
