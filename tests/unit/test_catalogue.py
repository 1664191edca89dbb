"""Brazilian Portuguese translations of the messages in the code."""

import ast
import builtins
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Message

from tests.catalogue import (
    APP,
    KEYWORDS,
    MO,
    compile_catalogue,
    messages_in_code,
    read_translations,
)

MESSAGES = [message for message in read_translations() if message.id]


def texts(mo: bytes) -> dict[Any, str]:
    """Return the translations by original, without the header, which names Babel's version."""
    catalogue: dict[Any, str] = vars(GNUTranslations(io.BytesIO(mo)))["_catalog"]
    return {original: text for original, text in catalogue.items() if original}


def forms(texts: Any) -> Sequence[str]:
    """Return the text, or the texts for each number."""
    return texts if isinstance(texts, list | tuple) else [texts]


def placeholders(text: str) -> Counter[str]:
    """Count the placeholders of `str.format` and those in the form of the % operator."""
    braces = [name + (spec or "") for _, name, spec, _ in Formatter().parse(text) if name]
    return Counter(braces + re.findall(r"%\(\w+\)[sd]", text))


def test_the_catalogue_has_exactly_the_messages_of_the_code() -> None:
    in_use = {str(message.id) for message in messages_in_code() if message.id}
    assert len(in_use) > 150
    assert {str(message.id) for message in MESSAGES} == in_use, "run python -m tests.catalogue"
    assert not read_translations().obsolete


def sentences(node: ast.AST) -> Iterator[str]:
    """Yield the texts of several words that are not marked for translation."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in KEYWORDS:
            return
        case ast.Constant(value=str() as text) if re.search(r"\w \w", text):
            yield text
    for child in ast.iter_child_nodes(node):
        yield from sentences(child)


def shown_to_clients(code: ast.Module) -> Iterator[ast.AST]:
    """Yield the exceptions that a module raises and the class attributes with messages of DRF."""
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
    [
        path
        for path in APP.rglob("*.py")
        if "from rest_framework" in path.read_text() and path.parent.name != "commands"
    ],
    ids=lambda path: str(path.relative_to(APP)),
)
def test_texts_for_clients_are_marked_for_translation(path: Path) -> None:
    """Commands are left out: they speak English to a terminal."""
    nodes = shown_to_clients(ast.parse(path.read_text()))
    assert [text for node in nodes for text in sentences(node)] == []


def test_the_compiled_catalogue_is_up_to_date() -> None:
    found = texts(MO.read_bytes())
    assert found == texts(compile_catalogue(read_translations())), "run python -m tests.catalogue"
    singulars = {key[0] if isinstance(key, tuple) else key for key in found}
    assert singulars == {forms(message.id)[0] for message in MESSAGES}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:40])
def test_a_message_is_translated_with_the_same_placeholders(message: Message) -> None:
    assert not message.fuzzy
    for original, text in zip(forms(message.id), forms(message.string), strict=True):
        assert text
        assert placeholders(text) == placeholders(original)
        assert text.endswith(".") == original.endswith(".")


def test_names_that_a_client_sends_are_not_translated() -> None:
    names = re.compile(r"`\w+`|\w+_\w+|\butf-8\b")
    for message in MESSAGES:
        missing = set(names.findall(str(message.id))) - set(names.findall(str(message.string)))
        assert not missing, message.id
