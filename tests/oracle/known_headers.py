"""The fields that the headers of a file mean, by plain loops over the entries of headers.toml."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from tests.oracle.attribute_headers import names_of
from tests.oracle.attributes import PREFIX, Attributes
from tests.oracle.header_keys import bracketed, key, run_together, shortened, spellings
from tests.oracle.reading import FileError
from tests.oracle.words import TABLE, is_active

type ColumnOption = Mapping[str, str | None]
type Rows = Sequence[Sequence[str]]

PRIVATE = TABLE["private"]["email"]
NO_ATTRIBUTES: Attributes = ()
_KEPT = ("email", "password", "password_hash", "secret")
"""The meanings before which the header of an attribute does not come."""
NAMES = ("name", "first_name", "middle_name", "last_name", "second_last_name")


class Known(NamedTuple):
    """The field of a header; `rank` is lower for a surer one. `checked`: the cells must fit."""

    field: str
    rank: int
    checked: bool


@cache
def _entries() -> Sequence[tuple[set[str], str, int, bool]]:
    """Return the spellings of each entry, its field and rank, and whether it is checked."""
    return [
        (spellings(entry), field, rank, entry in TABLE["checked"].get(field, []))
        for field, ranks in TABLE["fields"].items()
        for rank, entries in enumerate(ranks)
        for entry in entries
    ]


@cache
def known(text: str) -> Known | None:
    """Return the field that the header with this key means alone."""
    for form, penalty in ((text, 0), (bracketed(text), 0), (shortened(text), 1)):
        letters = run_together(form)
        for spelled, field, rank, checked in _entries():
            if form and letters in spelled:
                return Known(field, 2 * rank + penalty, checked)
    return None


def _in_list(text: str, entries: Sequence[str]) -> bool:
    forms = {run_together(form) for form in (text, bracketed(text), shortened(text))} - {""}
    return any(forms & spellings(entry) for entry in entries)


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


def _meant(
    keys: Sequence[str], attributes: Attributes, sample: Rows, asked: Collection[int]
) -> list[Known | None]:
    """Return the meanings of the headers. The columns at the positions `asked` have another one."""
    result = _known_beside(keys)
    for at, one in enumerate(result):
        is_kept = one is not None and one.field in _KEPT and _fits(one, at, sample)
        names = [] if is_kept else names_of(keys[at], attributes)
        if len(names) > 1 and at not in asked:
            raise FileError("ambiguous_column")
        if len(names) == 1:
            result[at] = Known(PREFIX + names[0], 0, False)
    return result


def candidates(
    keys: Sequence[str],
    option: ColumnOption,
    sample: Rows,
    attributes: Attributes = NO_ATTRIBUTES,
) -> dict[str, dict[int, int]]:
    """Return for each field its possible columns: the rank of each by its position."""
    asked = requested(keys, option)
    meanings = _meant(keys, attributes, sample, asked)
    taken = _taken({field for field in option.values() if field})
    result: dict[str, dict[int, int]] = {}
    for at, one in enumerate(meanings):
        field = asked.get(at)
        if at in asked and field is not None:
            result.setdefault(field, {})[at] = -1
        if at not in asked and one and one.field not in taken and _fits(one, at, sample):
            result.setdefault(one.field, {})[at] = one.rank
    unknown = [at for at, one in enumerate(meanings) if not one and at not in asked]
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
    (private,) = [
        rank for rank, entries in enumerate(TABLE["fields"]["email"]) if PRIVATE in entries
    ]
    return rank >= 2 * private and _fits(Known("email", 0, True), at, sample)


def chosen(
    keys: Sequence[str],
    option: ColumnOption,
    sample: Rows,
    unread: Collection[str] = (),
    attributes: Attributes = NO_ATTRIBUTES,
) -> dict[int, str]:
    """Return the field of each imported column by position; other phones are `phone 2` and on.

    Columns of `unread` fields are not imported.
    """
    fields: dict[int, str] = {}
    for field, ranks in candidates(keys, option, sample, attributes).items():
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
    """Return whether the row names the fields of its cells again; `fields` is by position.

    Columns of attributes do not count.
    """
    has_email = False
    for at, cell in enumerate(row):
        field = fields.get(at, "").split(" ")[0]
        if not field or field.startswith(PREFIX) or not cell.strip():
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
