"""Examples in the OpenAPI schema.

A postprocessing hook of drf-spectacular. The examples are in a file beside this module, so that
they tell of the same import and the same users.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("openapi_examples.json")
_EXAMPLES: Final[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
"""Each example by its component, or by the id and the media type of its operation."""


def with_examples(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return the schema with an example of each request and of each successful answer."""
    for operation_id, media_type, content in _contents(result):
        component = content["schema"].get("$ref", "").rpartition("/")[2]
        example = _example(component, operation=f"{operation_id} {media_type}")
        if example is not None:
            content["examples"] = {"example": {"value": example}}
    return result


def _contents(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the content of each request and successful answer, with operation id and media type."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"].items()
            successes = [answer for status, answer in answers if status.startswith("2")]
            for body in (operation.get("requestBody", {}), *successes):
                for media_type, content in body.get("content", {}).items():
                    yield operation["operationId"], media_type, content


def _example(component: str, *, operation: str) -> Any:
    """Return the example, or `None` if there is none. That of a page has one result."""
    if (page := re.fullmatch("Paginated(.+)List", component)) and component not in _EXAMPLES:
        return {"next": None, "previous": None, "results": [_EXAMPLES[page[1]]]}
    return _EXAMPLES.get(operation, _EXAMPLES.get(component))
