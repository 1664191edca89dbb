"""The examples in the OpenAPI schema."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema

from core.http import openapi_examples

BINARY = {"type": "string", "format": "binary"}


def bodies(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the content of each request and successful answer, with its operation and type."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            successes = [answers[status] for status in answers if status.startswith("2")]
            for body in (operation.get("requestBody", {}), *successes):
                for media_type, content in body.get("content", {}).items():
                    yield operation["operationId"], media_type, content


def test_every_text_has_an_example(schema: dict[str, Any]) -> None:
    missing = [
        (operation, media_type)
        for operation, media_type, content in bodies(schema)
        if "examples" not in content and (media_type == "text/csv" or content["schema"] != BINARY)
    ]
    assert missing == []


def test_the_examples_are_valid(schema: dict[str, Any]) -> None:
    components, checked = {"components": schema["components"]}, 0
    for operation, media_type, content in bodies(schema):
        for example in content.get("examples", {}).values():
            checked += 1
            validator = jsonschema.Draft202012Validator(
                content["schema"] | components, format_checker=jsonschema.FormatChecker()
            )
            problems = [error.message for error in validator.iter_errors(example["value"])]
            assert problems == [], (operation, media_type)
    assert checked > 60


def test_examples_of_answers_have_all_their_fields(schema: dict[str, Any]) -> None:
    """Fails if a new field is optional in the schema and missing in the example."""
    components = schema["components"]["schemas"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json", {})
                if "examples" in content:
                    name = content["schema"]["$ref"].rpartition("/")[2]
                    optional = {"count"} if name.startswith("Paginated") else set()
                    fields = components[name]["properties"].keys() - optional
                    assert content["examples"]["example"]["value"].keys() == fields, status


def test_every_example_is_shown(schema: dict[str, Any]) -> None:
    shown = {json.dumps(content.get("examples")) for _, _, content in bodies(schema)}
    pages = {page for page in shown if '"previous": null' in page}
    for name, example in openapi_examples._EXAMPLES.items():
        text = json.dumps({"example": {"value": example}})
        assert text in shown or any(json.dumps(example) in page for page in pages), name
