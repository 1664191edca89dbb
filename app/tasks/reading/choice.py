"""The choice of one column for each field, or of several that checking/merging.py joins."""

import json
from collections.abc import Sequence
from typing import Final

from tasks.codes import FileError
from tasks.reading.header_columns import Candidate, Candidates
from tasks.reading.header_rules import ATTRIBUTE, Columns
from tasks.reading.known_headers import normalised

NAME_MAX_LENGTH: Final = 50
"""Characters of a column name that messages and the job show."""
_SEVERAL: Final = ("phone", "is_inactive")


def choose(candidates: Candidates, cells: Sequence[str]) -> dict[int, str]:
    """Return the field of each imported column, by position.

    Further columns of a phone have the fields `phone 2` and so on, those of `is_inactive` likewise.
    Raises `FileError` (ambiguous_column, duplicate_header).
    """
    _require_one_attribute(candidates, cells)
    chosen: dict[int, str] = {}
    for field, some in candidates.by_field.items():
        if field == "secret":
            continue
        first = _surest(some)
        names = [cells[one.position] for one in first]
        takes_several = _takes_several(field, some)
        if len(names) > 1 and len(set(map(normalised, names))) == 1:
            raise FileError("duplicate_header", field=field)
        if len(first) > 1 and not takes_several:
            raise _ambiguous(field, names)
        for number, one in enumerate(some if takes_several else first, start=1):
            chosen[one.position] = field if number == 1 else f"{field} {number}"
    return dict(sorted(chosen.items()))


def likely_fields(candidates: Candidates) -> dict[int, str]:
    """Return the field of each column that is recognised, by position, also if it is ambiguous."""
    return {
        one.position: field
        for field, some in candidates.by_field.items()
        if field != "secret"
        for one in (some if _takes_several(field, some) else _surest(some))
    }


def _surest(some: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in some if one.rank == some[0].rank]


def _takes_several(field: str, some: Sequence[Candidate]) -> bool:
    return field in _SEVERAL and some[0].rank >= 0


def _require_one_attribute(candidates: Candidates, cells: Sequence[str]) -> None:
    if not candidates.contested:
        return
    at, names = next(iter(candidates.contested.items()))
    raise FileError(
        "ambiguous_column",
        "several_attributes",
        name=cells[at].strip()[:NAME_MAX_LENGTH],
        names=", ".join(names),
        option=option({cells[at]: ATTRIBUTE + names[0]}),
    )


def option(columns: Columns) -> str:
    """Return the option `columns` as a client sends it."""
    return json.dumps({name.strip(): field for name, field in columns.items()}, ensure_ascii=False)


def _ambiguous(field: str, names: Sequence[str]) -> FileError:
    return FileError(
        "ambiguous_column",
        names=", ".join(name.strip()[:NAME_MAX_LENGTH] for name in names[:20]),
        field=field,
        option=option({names[0]: field}),
    )
