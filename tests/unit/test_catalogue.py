"""The catalogue of Brazilian Portuguese has every message of the code, and nothing else."""

import ast
import builtins
import io
import re
from collections import Counter
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message

from tests.catalogue import APP, MARKS, MO, compiled, in_code, translated

MESSAGES = [message for message in translated() if message.id]


def texts(mo: bytes) -> dict[Any, str]:
    """By their originals; the header, which names Babel's version, left out."""
    catalogue: dict[Any, str] = vars(GNUTranslations(io.BytesIO(mo)))["_catalog"]
    return {original: text for original, text in catalogue.items() if original}


def placeholders(text: str) -> Counter[str]:
    """What is put in: by str.format, and by what looks like the % operator."""
    braces = [name + (spec or "") for _, name, spec, _ in Formatter().parse(text) if name]
    return Counter(braces + re.findall(r"%\(\w+\)[sd]", text))


def test_it_has_all_messages_of_the_code_and_no_others() -> None:
    in_use = {str(message.id) for message in in_code() if message.id}
    assert len(in_use) > 150
    assert {str(message.id) for message in MESSAGES} == in_use, "run python -m tests.catalogue"
    assert not translated().obsolete


def sentences(node: ast.AST) -> Iterator[str]:
    """Texts of several words, but for those in a mark."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in MARKS:
            return
        case ast.Constant(value=str() as text) if re.search(r"\w \w", text):
            yield text
    for child in ast.iter_child_nodes(node):
        yield from sentences(child)


def for_clients(code: ast.Module) -> Iterator[ast.AST]:
    """What a module raises, and what its classes say by DRF's attributes."""
    for node in ast.walk(code):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if not hasattr(builtins, name):
                yield node
            case ast.Assign(targets=[ast.Name(id=name)]) if name in {
                "default_detail",
                "default_error_messages",
                "message",
                "problem",
            }:
                yield node.value


@pytest.mark.parametrize(
    "path",
    [path for path in APP.rglob("*.py") if "from rest_framework" in path.read_text()],
    ids=lambda path: str(path.relative_to(APP)),
)
def test_what_a_client_may_read_is_marked(path: Path) -> None:
    said = for_clients(ast.parse(path.read_text()))
    assert [text for node in said for text in sentences(node)] == []


def test_it_is_compiled() -> None:
    said = texts(MO.read_bytes())
    assert said == texts(compiled(translated())), "run python -m tests.catalogue"
    assert said.keys() == {message.id for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_a_message_is_translated_with_the_same_placeholders(message: Message) -> None:
    original, text = str(message.id), str(message.string)
    assert text
    assert not message.fuzzy
    assert placeholders(text) == placeholders(original)
    assert text.endswith(".") == original.endswith(".")


def test_names_that_a_client_sends_stay_as_they_are() -> None:
    names = re.compile(r"`\w+`|\w+_\w+|\butf-8\b")
    for message in MESSAGES:
        missing = set(names.findall(str(message.id))) - set(names.findall(str(message.string)))
        assert not missing, message.id
