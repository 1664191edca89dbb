"""Compare the keywords of two schemas of one value.

A client sends values that fit the earlier schema, and the service must accept all of them. In an
answer it is the other way round: its values must fit the schema that the client knows.
"""

from collections.abc import Iterator
from typing import Final

from tests.openapi.change import Change, Place
from tests.openapi.document import Json

_ANY: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_AT_LEAST_0: Final = {"minLength", "minItems", "minProperties"}
BRANCHES: Final = ("allOf", "anyOf", "oneOf")
NESTED: Final = {"items": "[]", "additionalProperties": "*", "propertyNames": "(name)"}
"""Keywords with one schema, and how a place names it. Without the keyword all values fit."""

_NOTES: Final = (
    *("description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly"),
)
_UNDERSTOOD: Final = {
    *("type", "format", "enum", "pattern", "default", "properties", "required"),
    *(*_UPPER, *_LOWER, *BRANCHES, *NESTED, *_NOTES),
}


def types(schema: Json) -> frozenset[str]:
    """Return the types of the values. A number may be an integer."""
    match schema.get("type"):
        case None:
            return _ANY
        case str() as one:
            named = {one}
        case several:
            named = set(several)
    return frozenset(named | {"integer"} if "number" in named else named)


def type_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    old, new = types(before), types(after)
    unfit = old - new if at.in_request else new - old
    if unfit == {"null"}:
        yield at.change("may no longer be null" if at.in_request else "may be null")
    elif unfit:
        yield at.change(f"is {_named(after)}, and was {_named(before)}")


def _named(schema: Json) -> str:
    declared = schema.get("type", "any value")
    return declared if isinstance(declared, str) else " or ".join(declared)


def format_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    old, new = before.get("format"), after.get("format")
    if old != new and (new if at.in_request else old):
        yield at.change(f"has the format {new or 'none'}, and had {old or 'none'}")


def enum_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    old, new = before.get("enum"), after.get("enum")
    wide, narrow = (old, new) if at.in_request else (new, old)
    if narrow is None:
        return
    if wide is None:
        yield at.change("has an enum" if at.in_request else "has no enum")
        return
    for value in wide:
        if value not in narrow:
            verb = "no longer accepts" if at.in_request else "has the new value"
            yield at.change(f"{verb} {value!r}")


def limit_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    for keyword, sign in (*((k, 1) for k in _UPPER), *((k, -1) for k in _LOWER)):
        old = before.get(keyword, 0 if keyword in _AT_LEAST_0 else None)
        new = after.get(keyword)
        if new is not None and (old is None or sign * new < sign * old):
            yield at.change(f"has {keyword} {new}, and had {'none' if old is None else old}")
    old, new = before.get("pattern"), after.get("pattern")
    if new is not None and new != old:
        yield at.change(f"has the pattern {new}, and had {old or 'none'}")
    old, new = before.get("default"), after.get("default")
    if "default" in before and "default" in after and old != new:
        yield at.change(f"has the default {new!r}, and had {old!r}")


def property_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    old, new = before.get("properties", {}), after.get("properties", {})
    for name in sorted(old.keys() - new.keys()):
        yield at.step(name).change("is no longer there")
    was_required, is_required = set(before.get("required", [])), set(after.get("required", []))
    if at.in_request:
        for name in sorted(is_required - was_required):
            yield at.step(name).change("is required")
        if after.get("additionalProperties") is False is not before.get("additionalProperties"):
            yield at.change("no longer accepts properties of other names")
    else:
        for name in sorted((was_required - is_required) & new.keys()):
            yield at.step(name).change("may be missing")


def other_changes(before: Json, after: Json, at: Place) -> Iterator[Change]:
    for keyword in sorted((before.keys() | after.keys()) - _UNDERSTOOD):
        if not keyword.startswith("x-") and before.get(keyword) != after.get(keyword):
            yield at.change(f"has another {keyword}, which this check does not understand")
