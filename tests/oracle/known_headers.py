"""The fields that the headers of a file mean, by plain loops over the entries of headers.toml."""

import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.reading import FileError

type ColumnOption = Mapping[str, str | None]
type Rows = Sequence[Sequence[str]]

_FILE = Path(__file__).parents[2] / "app" / "tasks" / "reading" / "headers.toml"
TABLE: Mapping[str, Any] = tomllib.loads(_FILE.read_text("utf-8"))
PRIVATE = TABLE["private"]["email"]
NAMES = ("name", "first_name", "middle_name", "last_name", "second_last_name")
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_APOSTROPHES = "\u2018\u2019\u02bc\u2032\u00b4`"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"


class Known(NamedTuple):
    """The field of a header; `rank` is lower for a surer one. `checked`: the cells must fit."""

    field: str
    rank: int
    checked: bool


def key(header: str) -> str:
    """Return the header as it is compared."""
    text = ""
    for character in header:
        if character in _HYPHENS:
            text += "-"
        elif character in _APOSTROPHES:
            text += "'"
        elif character not in _INVISIBLE:
            text += character
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return " ".join(words)


def shortened(text: str) -> str:
    """Return a key without its last stars, colons and brackets."""
    while True:
        before = text
        text = text.rstrip(" *:")
        for opening, closing in ("()", "[]"):
            if text.endswith(closing) and opening in text:
                text = text[: text.rindex(opening)]
        if text == before:
            return text


def _bracketed(text: str) -> str:
    """Return the only part in square brackets, with them, or an empty string."""
    if text.count("[") == text.count("]") == 1 and text.index("[") + 1 < text.index("]"):
        return text[text.index("[") : text.index("]") + 1]
    return ""


@cache
def _spellings(entry: str) -> set[str]:
    letters = [letter for letter in unicodedata.normalize("NFD", entry) if ord(letter) < 0x300]
    plain = "".join(letters) if "ł" not in entry else _plain_polish(entry)
    return {_run_together(key(text)) for text in (entry, plain)}


def _run_together(text: str) -> str:
    return "".join(character for character in text if character not in " _-")


def _plain_polish(entry: str) -> str:
    letters = unicodedata.normalize("NFD", entry.replace("ł", "l"))
    return "".join(letter for letter in letters if ord(letter) < 0x300)


def _entries() -> Iterator[tuple[str, str, int]]:
    for field, ranks in TABLE["fields"].items():
        for rank, entries in enumerate(ranks):
            for entry in entries:
                yield entry, field, rank


@cache
def known(text: str) -> Known | None:
    """Return the field that the header with this key means alone."""
    for form, penalty in ((text, 0), (_bracketed(text), 0), (shortened(text), 1)):
        for entry, field, rank in _entries():
            if form and _run_together(form) in _spellings(entry):
                checked = entry in TABLE["checked"].get(field, [])
                return Known(field, 2 * rank + penalty, checked)
    return None


def _in_list(text: str, entries: Sequence[str]) -> bool:
    forms = {_run_together(form) for form in (text, _bracketed(text), shortened(text))} - {""}
    return any(forms & _spellings(entry) for entry in entries)


def _known_beside(keys: Sequence[str]) -> list[Known | None]:
    """Return the fields that the headers mean beside each other."""
    result = [known(text) for text in keys]
    for context in TABLE["contexts"]:
        if not any(_in_list(text, context["beside"]) for text in keys):
            continue
        if context["field"] in [one.field for one in result if one]:
            continue
        for at, text in enumerate(keys):
            if _in_list(text, context["headers"]):
                result[at] = Known(context["field"], 0, False) if context["field"] else None
    return result


def requested(keys: Sequence[str], option: ColumnOption) -> dict[int, str | None]:
    """Return the fields by position that the option `columns` sets; every name must be there."""
    result: dict[int, str | None] = {}
    for name, field in option.items():
        wanted = key(name)
        places = [at for at, text in enumerate(keys) if text == wanted]
        places = places or [at for at, text in enumerate(keys) if shortened(text) == wanted]
        places = places or [at for at, text in enumerate(keys) if text == shortened(wanted)]
        if not wanted or not places:
            raise FileError("unknown_column")
        result |= dict.fromkeys(places, field)
    return result


def is_address(cell: str) -> bool:
    """Return whether the cell is something like one e-mail address."""
    local, at, domain = cell.strip().partition("@")
    if not local or not at or len(cell) > 320 or any(c.isspace() for c in local + domain):
        return False
    first, dot, last = domain.rpartition(".")
    return bool(first and dot and last) and not set(local + domain) & set('@,;|<>()"')


def _fits(one: Known, at: int, sample: Rows) -> bool:
    cells = [row[at].strip() for row in sample if at < len(row) and row[at].strip()]
    if not one.checked:
        return True
    if one.field == "email":
        return cells != [] and all(is_address(cell) for cell in cells)
    return cells != [] and all(is_active(cell) is not None for cell in cells)


def is_active(word: str) -> bool | None:
    """Return what a word of `is_active` says, or `None` if it is no such word."""
    if word.lower() in {*TABLE["words"]["active"], *TABLE["words"]["inactive"]}:
        return word.lower() in TABLE["words"]["active"]
    flags = TABLE["words"]["user_account_control"]
    if not (word.isascii() and word.isdigit() and len(word) < 10 and word == str(int(word))):
        return None
    rest = int(word) & ~flags["disabled"] & ~sum(flags["others"])
    return not int(word) & flags["disabled"] if rest == flags["ordinary"] else None


def candidates(
    keys: Sequence[str], option: ColumnOption, sample: Rows
) -> dict[str, dict[int, int]]:
    """Return for each field its possible columns: the rank of each by its position."""
    asked = requested(keys, option)
    taken = _taken({field for field in option.values() if field})
    result: dict[str, dict[int, int]] = {}
    for at, one in enumerate(_known_beside(keys)):
        field = asked.get(at)
        if at in asked and field is not None:
            result.setdefault(field, {})[at] = -1
        if at not in asked and one and one.field not in taken and _fits(one, at, sample):
            result.setdefault(one.field, {})[at] = one.rank
    unknown = [at for at, one in enumerate(_known_beside(keys)) if not one and at not in asked]
    if "email" in result:
        rank = min(result["email"].values())
        result["email"] |= {at: rank for at in unknown if _is_rival(at, rank, sample)}
    return result


def _taken(fields: set[str]) -> set[str]:
    """Return the fields of the option `columns`, and those that they stand for."""
    more = set(NAMES) if "name" in fields else set()
    if fields & {"first_name", "last_name"}:
        more.add("name")
    if "is_active" in fields:
        more.add("is_inactive")
    return fields | more


def _is_rival(at: int, rank: int, sample: Rows) -> bool:
    """Return whether an unknown column has addresses, beside nothing but private addresses."""
    (private,) = [rank for entry, _, rank in _entries() if entry == PRIVATE]
    return rank >= 2 * private and _fits(Known("email", 0, True), at, sample)


def chosen(
    keys: Sequence[str], option: ColumnOption, sample: Rows, unread: Collection[str] = ()
) -> dict[int, str]:
    """Return the field of each imported column by position; other phones are `phone 2` and on.

    Columns of `unread` fields are not imported.
    """
    fields: dict[int, str] = {}
    for field, ranks in candidates(keys, option, sample).items():
        if field == "secret" or field in unread:
            continue
        best = [at for at, rank in ranks.items() if rank == min(ranks.values())]
        several = field in ("phone", "is_inactive") and ranks[best[0]] >= 0
        if len(best) > 1 and len({keys[at] for at in best}) == 1:
            raise FileError("duplicate_header")
        if len(best) > 1 and not several:
            raise FileError("ambiguous_column")
        fields[best[0]] = field
        if several:
            in_order = sorted(ranks, key=lambda at: (ranks[at], at))
            fields |= {at: f"{field} {number}" for number, at in enumerate(in_order[1:], 2)}
    return dict(sorted(fields.items()))


def are_labels(row: Sequence[str], fields: Mapping[int, str]) -> bool:
    """Return whether the row names the fields of its cells again; `fields` is by position."""
    has_email = False
    for at, cell in enumerate(row):
        field = fields.get(at, "").split(" ")[0]
        if not field or not cell.strip():
            continue
        one = known(key(cell))
        if one is None or (one.field != field and not {one.field, field} <= set(NAMES)):
            return False
        has_email = has_email or field == "email"
    return has_email


def has_secrets(keys: Sequence[str], option: ColumnOption) -> bool:
    """Return whether a column has passwords or hashes, imported or not."""
    secret = ("password", "password_hash", "secret")
    return any(one and one.field in secret for one in _known_beside(keys)) or any(
        field in secret for field in option.values()
    )
