"""Compare the requests and the answers of an operation."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tests.openapi.change import Change, Place, change, removed
from tests.openapi.document import Json
from tests.openapi.schemas import Schemas

_EMPTY: Final[Json] = {}


def parameter_changes(name: str, before: Json, after: Json, schemas: Schemas) -> Iterator[Change]:
    old, new = ({_key(each): each for each in one["parameters"]} for one in (before, after))
    yield from removed("the parameter", name, old, new)
    for key, parameter in new.items():
        earlier = old.get(key, _EMPTY)
        if parameter.get("required") and not earlier.get("required"):
            yield change(name, f"the parameter {key} is required")
        if earlier:
            for keyword in ("style", "explode"):
                if earlier.get(keyword) != parameter.get(keyword):
                    yield change(name, f"the parameter {key} has another {keyword}")
            at = Place(where=f"{name} {key}", in_request=True)
            yield from schemas.compare(earlier.get("schema", {}), parameter.get("schema", {}), at)


def _key(parameter: Json) -> str:
    name = parameter["name"]
    return f"{parameter['in']} {name.lower() if parameter['in'] == 'header' else name}"


def body_changes(name: str, before: Json, after: Json, schemas: Schemas) -> Iterator[Change]:
    old, new = (each.get("requestBody", _EMPTY) for each in (before, after))
    if new.get("required") and not old.get("required"):
        yield change(name, "a body is required")
    yield from _content(Place(where=f"{name} body", in_request=True), old, new, schemas)


def answer_changes(name: str, before: Json, after: Json, schemas: Schemas) -> Iterator[Change]:
    """Yield the changes of answers. An operation may lose an error, and have new ones."""
    for status, answer in before["responses"].items():
        is_success = status[0] in "23"
        if status in after["responses"]:
            later = after["responses"][status]
            # Operations share their errors, so one change of an error has one line.
            place = Place(
                where=f"{name} {status}", in_request=False, origin="" if is_success else status
            )
            yield from _content(place, answer, later, schemas)
            yield from _headers(place, answer, later, schemas)
        elif is_success:
            yield change(name, f"the status {status} is no longer there")


def _content(at: Place, before: Json, after: Json, schemas: Schemas) -> Iterator[Change]:
    old, new = before.get("content", {}), after.get("content", {})
    for media_type, described in old.items():
        if media_type not in new:
            yield at.step(media_type).change("is no longer there")
            continue
        part = "" if media_type == "application/json" else f" {media_type}"
        yield from schemas.compare(
            described.get("schema", {}),
            new[media_type].get("schema", {}),
            replace(at, where=at.where + part),
        )


def _headers(at: Place, before: Json, after: Json, schemas: Schemas) -> Iterator[Change]:
    later = {name.lower(): header for name, header in after.get("headers", {}).items()}
    for name, header in before.get("headers", {}).items():
        place = at.step(f"header {name}")
        described = later.get(name.lower())
        if described is None:
            yield place.change("is no longer there")
            continue
        if header.get("required") and not described.get("required"):
            yield place.change("may be missing")
        yield from schemas.compare(header.get("schema", {}), described.get("schema", {}), place)
