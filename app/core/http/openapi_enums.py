"""Names for the enums of query parameters, from which generators make one type for each.

A postprocessing hook of drf-spectacular, which names only the enums of bodies.
"""

from collections.abc import Iterator
from typing import Any, Final

_NAMES: Final = {"count": "CountMode", "ordering": "UserOrdering", "language": "HeaderLanguage"}
"""The name of each enum that only parameters have, by the name of the parameter."""


def named_enums(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return the schema with a reference in place of each enum of a parameter.

    Raises `KeyError` if an enum has no name.
    """
    components: dict[str, Any] = result["components"]["schemas"]
    names = {
        frozenset(schema["enum"]): name for name, schema in components.items() if "enum" in schema
    }
    for parameter in _parameters(result):
        if values := parameter["schema"].get("enum"):
            name = names.get(frozenset(values)) or _NAMES[parameter["name"]]
            components.setdefault(name, {"type": "string", "enum": values})
            parameter["schema"] = {"$ref": f"#/components/schemas/{name}"}
    return result


def _parameters(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in schema["paths"].values():
        for operation in operations.values():
            yield from operation.get("parameters", ())
