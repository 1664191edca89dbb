"""A plain OpenAPI schema, from which generators make clients that compile and understand answers.

A postprocessing hook of drf-spectacular, which describes some fields by several schemas at once.
"""

from collections.abc import Iterator
from typing import Any, Final

_NULL: Final[dict[str, Any]] = {"type": "null"}
_NULL_ENUM: Final = "NullEnum"
_EMPTY: Final = {"type": "string", "maxLength": 0}


def plain(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return the schema with one schema for each field.

    - A reference with a description has no `allOf` around it: OpenAPI 3.1 allows both together.
    - A text that may be empty has one pattern, which allows that.
    - A value that may be null has the type `null`, and no component for it.
    - A query parameter has no default: some clients would send it, also beside a form.
    """
    components: dict[str, Any] = result["components"]["schemas"]
    components.pop(_NULL_ENUM, None)
    for node in _nodes(result):
        _flatten(node)
    return result


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects, the innermost first."""
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, dict | list):
            yield from _nodes(inner)
    if isinstance(node, dict):
        yield node


def _flatten(node: dict[str, Any]) -> None:
    match node:
        case {"$ref": str(name)} if name.endswith(f"/{_NULL_ENUM}"):
            node.clear()
            node |= _NULL
        case {"allOf": [{"$ref": str(name)}]}:
            del node["allOf"]
            node["$ref"] = name
        case {"oneOf": [text, empty]} if empty == _EMPTY and "pattern" in text:
            del node["oneOf"]
            node |= {**text, "pattern": f"^$|{text['pattern']}"}
        case {"in": "query", "schema": {"default": _}}:
            del node["schema"]["default"]
