"""The documents of an import as text for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any


def status_in_words(document: Mapping[str, Any]) -> str:
    """Return the lines about an import that has ended: its counts, its error, its rejected rows."""
    return "\n".join(_lines(document))


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"The import {document['task_id']} has ended: {document['outcome']}."
    yield ", ".join(f"{name} {count}" for name, count in document["result"].items())
    if document["error"]:
        yield document["error"]["message"]
    for warning in document["warnings"]:
        yield warning["message"]
    for row in document["errors"]:
        yield f"line {row['line']}, {row['column'] or 'row'}: {row['message']}"


def error_in_words(document: Mapping[str, Any]) -> str:
    """Return the message of an error document, and below it those of its fields."""
    error = document["error"]
    lines = [error["message"]]
    for name, problems in error.get("fields", {}).items():
        lines += [f"{name}: {problem['message']}" for problem in problems]
    return "\n".join(lines)
