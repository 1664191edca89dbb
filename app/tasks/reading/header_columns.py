"""The columns of a header that may hold a field, in the order in which they are chosen."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from tasks.reading.header_rules import ATTRIBUTE, SECRETS, HeaderRules, Request
from tasks.reading.known_headers import (
    CONTEXTS,
    FALSE,
    PRIVATE,
    TRUE,
    Meaning,
    forms,
    meaning_of,
    normalised,
    without_suffixes,
)
from tasks.reading.returned import Returned
from tasks.reading.spreadsheet import unguard

type Rows = Sequence[Sequence[str]]

NAME_PARTS: Final = ("first_name", "middle_name", "last_name", "second_last_name")
"""The fields that make a name together, in its order."""
FIELDS: Final = (
    *("email", "external_id", "name", *NAME_PARTS),
    *("phone", "is_active", "password", "password_hash", "must_change_password"),
    "email_verified",
)
BOOLEANS: Final = ("is_active", "must_change_password", "email_verified")
SUPERUSERS_FIELD: Final = "email_verified"
"""The field that only files of superusers may have."""
_DISPLACED: Final = {
    "name": NAME_PARTS,
    "first_name": ("name",),
    "last_name": ("name",),
    "is_active": ("is_inactive",),
}
"""Fields that known headers do not get if the option `columns` has the key for another column."""
_ADDRESS: Final = re.compile(r"""[^\s@,;|<>()"]+@[^\s@,;|<>()"]+\.[^\s@,;|<>()".]+""")
_ADDRESS_MAX_LENGTH: Final = 320
_ADDRESSES: Final = Meaning("email", is_checked=True)


@dataclass(frozen=True)
class Candidate:
    """A column that may hold a field; `rank` is lower for a surer one, and -1 by the option."""

    position: int
    rank: int


@dataclass(frozen=True)
class Candidates:
    """The candidates of each field, the surest first.

    `has_secrets`: some column has passwords or hashes. `missing`: a header of the option `columns`
    that the file does not have. `contested`: the names of several attributes by the position of a
    header that means each of them.
    """

    by_field: Mapping[str, Sequence[Candidate]]
    has_secrets: bool
    missing: str | None
    contested: Mapping[int, Sequence[str]]

    def without(self, fields: Collection[str]) -> Self:
        """Return the candidates of the other fields."""
        others = {field: some for field, some in self.by_field.items() if field not in fields}
        return replace(self, by_field=others)


def is_address(cell: str) -> bool:
    """Return whether the cell looks like an e-mail address and like nothing else."""
    if "@" not in cell or len(cell) > _ADDRESS_MAX_LENGTH:
        return False
    return _ADDRESS.fullmatch(cell.strip()) is not None


def is_data(cells: Sequence[str], rules: HeaderRules) -> bool:
    """Return whether the record is no header, because a cell is an e-mail address.

    Columns may have such names if the option `columns` says which one has the e-mail address.
    """
    return not rules.asks_for("email") and any(map(is_address, cells))


def keys_of(cells: Sequence[str]) -> list[str]:
    """Return the normalised headers, without their guards if the file is a returned one."""
    keys = [normalised(cell) for cell in cells]
    if Returned.from_header(keys):
        return [normalised(unguard(cell)) for cell in cells]
    return keys


def may_have_email(keys: Sequence[str], rules: HeaderRules) -> bool:
    """Return whether `find_candidates` may find a column of e-mail addresses; this is faster."""
    if rules.asks_for("email"):
        return True
    return any(meaning.field == "email" for meaning in map(meaning_of, keys) if meaning)


def find_candidates(keys: Sequence[str], rules: HeaderRules, sample: Rows = ()) -> Candidates:
    """Return the columns of a header by field. `sample` has rows below it."""
    positions = _requested_positions(rules.requests, keys)
    requested = {at: request.field for request, some in positions for at in some}
    meanings, contested = _meanings(keys, rules, sample)
    found = _found(meanings, requested, _displaced(rules), sample)
    unknown = [at for at, meaning in enumerate(meanings) if not meaning and at not in requested]
    found["email"] = [*_rivals(found["email"], unknown, sample), *found["email"]]
    used = {*found, *(meaning.field for meaning in meanings if meaning)}
    return Candidates(
        {field: sorted(some, key=lambda one: one.rank) for field, some in found.items() if some},
        has_secrets=not used.isdisjoint({*SECRETS, "secret"}),
        missing=next((request.name for request, some in positions if not some), None),
        contested={at: names for at, names in contested.items() if at not in requested},
    )


def _found(
    meanings: Sequence[Meaning | None],
    requested: Mapping[int, str | None],
    displaced: Collection[str],
    sample: Rows,
) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for at, meaning in enumerate(meanings):
        if at in requested:
            if (field := requested[at]) is not None:
                found[field].append(Candidate(at, -1))
        elif meaning and meaning.field not in displaced and _fits(meaning, at, sample):
            found[meaning.field].append(Candidate(at, meaning.rank))
    return found


def _displaced(rules: HeaderRules) -> set[str]:
    """Return the fields that known headers do not get, because of the option `columns`."""
    displaced = {request.field for request in rules.requests if request.field}
    return displaced | {known for field in displaced for known in _DISPLACED.get(field, ())}


def _meanings(
    keys: Sequence[str], rules: HeaderRules, sample: Rows
) -> tuple[list[Meaning | None], dict[int, Sequence[str]]]:
    """Return the meanings of the headers, and the attributes of headers that mean several."""
    meanings = _in_context(keys)
    contested: dict[int, Sequence[str]] = {}
    for at, (key, meaning) in enumerate(zip(keys, list(meanings), strict=True)):
        known = meaning if meaning and _fits(meaning, at, sample) else None
        match rules.attributes_of(key, known):
            case [name]:
                meanings[at] = Meaning(ATTRIBUTE + name)
            case [_, *_] as several:
                contested[at] = several
    return meanings, contested


def count_known(keys: Sequence[str], rules: HeaderRules) -> int:
    """Return how many of the headers are known or in the option `columns`."""
    requested = {at for _, some in _requested_positions(rules.requests, keys) for at in some}
    known = {at for at, key in enumerate(keys) if meaning_of(key) is not None}
    return len(requested | known)


def _requested_positions(
    requests: Sequence[Request], keys: Sequence[str]
) -> list[tuple[Request, list[int]]]:
    """Return the columns that each header of the option `columns` means.

    Only one of the two may have a suffix: `Phone (home)` is not `Phone (work)`.
    """
    if not requests:
        return []
    exact: dict[str, list[int]] = defaultdict(list)
    short: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        exact[key].append(at)
        short[without_suffixes(key)].append(at)
    exact[""] = short[""] = []
    return [
        (each, exact.get(each.key) or short.get(each.key) or exact.get(each.short) or [])
        for each in requests
    ]


def _in_context(keys: Sequence[str]) -> list[Meaning | None]:
    """Return the meanings that the headers have beside each other."""
    meanings = [meaning_of(key) for key in keys]
    present = {form for key in keys for form in forms(key)}
    for context in CONTEXTS:
        if context.beside.isdisjoint(present) or context.headers.isdisjoint(present):
            continue
        if any(meaning and meaning.field == context.field for meaning in meanings):
            continue
        for at, key in enumerate(keys):
            if not context.headers.isdisjoint(forms(key)):
                meanings[at] = Meaning(context.field) if context.field else None
    return meanings


def _rivals(
    emails: Sequence[Candidate], unknown: Sequence[int], sample: Rows
) -> Iterator[Candidate]:
    """Yield unknown columns of e-mail addresses beside nothing but a private or second address.

    The unknown header may be the one of the main address.
    """
    best = min((email.rank for email in emails), default=-1)
    if best >= PRIVATE:
        for at in unknown:
            if _fits(_ADDRESSES, at, sample):
                yield Candidate(at, best)


def _fits(meaning: Meaning, at: int, sample: Rows) -> bool:
    """Return whether the cells below the header confirm its meaning, if they have to."""
    if not meaning.is_checked:
        return True
    filled = [row[at] for row in sample if at < len(row) and row[at].strip()]
    fits = is_address if meaning.field == "email" else _is_word
    return bool(filled) and all(map(fits, filled))


def _is_word(cell: str) -> bool:
    return cell.strip().lower() in (*TRUE, *FALSE)
