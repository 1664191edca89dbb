"""Find what a new OpenAPI schema removes or narrows.

`docs/clients.md` promises the same to clients, in the section "What stays".
"""

from collections.abc import Iterator
from typing import Any, Final

from tests.openapi.change import Change, change, lines, removed
from tests.openapi.document import Json, inline
from tests.openapi.operations import answer_changes, body_changes, parameter_changes
from tests.openapi.schemas import Schemas

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def breaking_changes(before: Json, after: Json) -> list[str]:
    """Return a line for each change that breaks a client. It names the operation and the place."""
    return list(lines(_changes(inline(before, before), inline(after, after))))


def _changes(before: Json, after: Json) -> Iterator[Change]:
    old, new = (document["components"]["schemas"] for document in (before, after))
    yield from removed("the schema", "components", old, new)
    yield from _schemes(before["components"], after["components"])
    urls = ([server["url"] for server in each.get("servers", [])] for each in (before, after))
    yield from removed("the URL", "servers", *urls)
    schemas = Schemas(old, new, sent=_components_in_requests(after))
    operations = dict(_operations(after))
    for name, operation in _operations(before):
        if name not in operations:
            yield change(name, "the operation is no longer there")
            continue
        yield from _names(name, operation, operations[name])
        yield from parameter_changes(name, operation, operations[name], schemas)
        yield from body_changes(name, operation, operations[name], schemas)
        yield from answer_changes(name, operation, operations[name], schemas)


def _schemes(before: Json, after: Json) -> Iterator[Change]:
    old, new = (each.get("securitySchemes", {}) for each in (before, after))
    yield from removed("the security scheme", "components", old, new)
    for name in [name for name in old if name in new]:
        for keyword in ("type", "scheme", "in", "name"):
            was, now = old[name].get(keyword), new[name].get(keyword)
            if was != now:
                yield change("components", f"the {keyword} of {name} is {now}, and was {was}")


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Yield the operations by method and path, with the parameters and credentials of all."""
    inherited = {"security": document.get("security") or [{}]}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = inherited | item[method]
                shared = item.get("parameters", [])
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                yield f"{method.upper()} {path}", operation


def _components_in_requests(document: Json) -> set[str]:
    """Return the names of the components that a request can have."""
    names: set[str] = set()
    parts: list[Any] = [
        (operation["parameters"], operation.get("requestBody"))
        for _, operation in _operations(document)
    ]
    while parts:
        match parts.pop():
            case {"$ref": str() as reference}:
                name = reference.rpartition("/")[2]
                if name not in names:
                    names.add(name)
                    parts.append(document["components"]["schemas"][name])
            case dict() as part:
                parts.extend(part.values())
            case list() | tuple() as several:
                parts.extend(several)
    return names


def _names(name: str, before: Json, after: Json) -> Iterator[Change]:
    """Yield the changes of the names that generated code uses, and of the credentials."""
    was, now = before.get("operationId"), after.get("operationId")
    if was != now:
        yield change(name, f"the operation id is {now}, and was {was}")
    tags = before.get("tags", [])
    if after.get("tags", [])[: len(tags)] != tags:
        yield change(name, f"the tags are {after.get('tags', [])}, and were {tags}")
    accepted = after["security"] or [{}]
    for credentials in before["security"] or [{}]:
        if not any(each.keys() <= credentials.keys() for each in accepted):
            sent = " and ".join(credentials) or "no credentials"
            yield change(name, f"a request with {sent} is no longer accepted")
