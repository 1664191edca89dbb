"""The known headers and the words of `is_active`, from headers.toml."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

HEADER_MAX_LENGTH: Final = 1000
"""Characters of the longest header that may be known, or named by the option `columns`."""

_NORMALISED_LENGTH: Final = 300
"""Characters of a header that is normalised: a run of combining marks needs quadratic time."""
_FILLERS: Final = re.compile("[\u034f\u115f\u1160\ufe00-\ufe0f]")
"""Invisible characters that are letters or marks by their category."""
_BETWEEN_WORDS: Final = re.compile("[ _-]+")
_APOSTROPHES: Final = "\u2018\u2019\u201a\u201b\u02b9\u02bb\u02bc\u02c8\u2032\u2035\u00b4\uff07"
_TECHNICAL_NAME: Final = re.compile(r"[^\[\]]*(\[[^\[\]]+\])[^\[\]]*")
_BRACKETS: Final = {")": "(", "]": "["}


@dataclass(frozen=True)
class Meaning:
    """The field that a header means.

    The lowest `rank` of a field comes first. If `is_checked`, the cells below the header decide
    whether the header means the field.
    """

    field: str
    rank: int = 0
    is_checked: bool = False


@dataclass(frozen=True)
class Context:
    """Another meaning of the headers `headers` beside one of `beside`; see headers.toml."""

    headers: frozenset[str]
    beside: frozenset[str]
    field: str


def normalised(header: str) -> str:
    """Return the form in which two headers are compared."""
    header = header.strip()
    if len(header) > HEADER_MAX_LENGTH:
        return header
    if not header.isascii() and len(header) <= _NORMALISED_LENGTH:
        header = unicodedata.normalize("NFKC", "".join(map(_unified, header)))
        header = unicodedata.normalize("NFKC", _FILLERS.sub("", header.casefold()))
    return " ".join(header.casefold().replace("`", "'").split())


def _unified(character: str) -> str:
    """Return the character, or the plain one for a hyphen, an apostrophe or an invisible one."""
    if character in _APOSTROPHES:
        return "'"
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Cf":
            return ""
    return "-" if character == "\u2212" else character


def without_suffixes(key: str) -> str:
    """Return a normalised header without `*`, `:` and parts in brackets at its end."""
    while 0 < len(key) <= HEADER_MAX_LENGTH:
        if (shorter := key.rstrip("*: ")) == key:
            opening = _BRACKETS.get(key[-1])
            at = key.rfind(opening) if opening else -1
            if at < 0:
                break
            shorter = key[:at]
        key = shorter
    return key


def forms(key: str) -> Iterator[str]:
    """Yield the forms in which a normalised header may be known, the surest first.

    They have nothing between their words: `e-mail adresse` and `email_adresse` are one header.
    """
    if len(key) > HEADER_MAX_LENGTH:
        return
    yield _joined(key)
    if match := _TECHNICAL_NAME.fullmatch(key):
        yield _joined(match[1])
    if (shorter := without_suffixes(key)) != key:
        yield _joined(shorter)


def _joined(key: str) -> str:
    return _BETWEEN_WORDS.sub("", key)


def meaning_of(key: str) -> Meaning | None:
    """Return the meaning of a normalised header, or `None` if it is not known.

    A header that is known as it stands has a lower rank than one that is known without its suffix.
    """
    whole = _joined(key)
    for form in forms(key):
        if (meaning := _MEANINGS.get(form)) is not None:
            rank = 2 * meaning.rank + (form != whole and not form.startswith("["))
            return Meaning(meaning.field, rank, meaning.is_checked)
    return None


def spellings(entry: str) -> Iterator[str]:
    """Yield the forms of the headers for which an entry of headers.toml, or another one, stands."""
    plain = "".join(c for c in unicodedata.normalize("NFD", entry) if not unicodedata.combining(c))
    for text in (entry, plain.replace("ł", "l")):
        yield _joined(normalised(text))


def _spelled(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(spelling for entry in entries for spelling in spellings(entry))


def _meanings(fields: Mapping[str, Sequence[Sequence[str]]], checked: Any) -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}
    for field, ranks in fields.items():
        for rank, entry in ((rank, entry) for rank, some in enumerate(ranks) for entry in some):
            meaning = Meaning(field, rank, entry in checked.get(field, ()))
            for spelling in spellings(entry):
                meanings.setdefault(spelling, meaning)
    return meanings


_TABLE: Final = tomllib.loads(Path(__file__).with_name("headers.toml").read_text("utf-8"))
_MEANINGS: Final[Mapping[str, Meaning]] = _meanings(_TABLE["fields"], _TABLE["checked"])
CONTEXTS: Final = tuple(
    Context(_spelled(context["headers"]), _spelled(context["beside"]), context["field"])
    for context in _TABLE["contexts"]
)


def _account_controls(*, disabled: bool) -> Iterator[str]:
    """Yield the numbers of userAccountControl, the sums of any flags of an ordinary account."""
    flags = _TABLE["words"]["user_account_control"]
    base = flags["ordinary"] + disabled * flags["disabled"]
    for chosen in product(*((0, flag) for flag in flags["others"])):
        yield str(base + sum(chosen))


YES: Final[Sequence[str]] = _TABLE["words"]["yes"]
NO: Final[Sequence[str]] = _TABLE["words"]["no"]
"""The words of booleans, in lower case."""
TRUE: Final = (*YES, *_TABLE["words"]["active"], *_account_controls(disabled=False))
FALSE: Final = (*NO, *_TABLE["words"]["inactive"], *_account_controls(disabled=True))
"""The words of `is_active`, in lower case."""
PRIVATE: Final = 2 * _MEANINGS[_joined(_TABLE["private"]["email"])].rank
"""The rank from which on an address may be another one than that with which the user logs in."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """The example file of a language; see headers.toml."""

    delimiter: str
    headers: Sequence[str]
    words: Sequence[str]


TEMPLATES: Final[Mapping[str, Template]] = {
    language: Template(**template) for language, template in _TABLE["templates"].items()
}
