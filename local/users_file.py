"""CSV files of generated users for the demo, tests and benchmarks."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path

from local.names import DOMAINS, FIRST_NAMES, LAST_NAMES, PHONE_PREFIXES

HEADER = "email,name,phone"
_BLOCK = 20_000


@dataclass(frozen=True)
class UsersFile:
    """The content of a file: `rows` records, of which `valid` can be imported.

    `defects` counts the defects by kind. A blank line is one of them, although it is neither a
    record nor an error.
    """

    rows: int
    valid: int
    defects: dict[str, int]


@dataclass(frozen=True)
class _User:
    email: str
    name: str
    phone: str
    earlier: str
    """The e-mail address of a valid row above."""


def _with_at(user: _User, at: str) -> str:
    return f"{user.email.replace('@', at)},{user.name},{user.phone}"


_DEFECTS: dict[str, Callable[[_User], str]] = {
    "email_missing": lambda u: f",{u.name},{u.phone}",
    "email_without_at": lambda u: _with_at(u, "."),
    "email_with_two_ats": lambda u: _with_at(u, "@@"),
    "email_with_spaces": lambda u: _with_at(u, " @ "),
    "email_with_final_dot": lambda u: f"{u.email}.,{u.name},{u.phone}",
    "duplicate": lambda u: f"{u.earlier.upper()},{u.name},{u.phone}",
    "too_few_columns": lambda u: f"{u.email},{u.name}",
    "too_many_columns": lambda u: f"{u.email},{u.name},{u.phone},yes",
    "name_too_long": lambda u: f"{u.email},{' '.join([u.name] * 20)},{u.phone}",
    "control_character": lambda u: f"{u.email},{u.name}\x07,{u.phone}",
    "blank_line": lambda u: f"{u.email},{u.name},{u.phone}\n",
}


class _Rows:
    """The rows of a file by position. Each has a different user, in no visible order."""

    def __init__(self, rows: int, rng: random.Random, *, quotes: bool, prefix: str) -> None:
        self._rows = max(rows, 1)
        self._offset = rng.randrange(self._rows)
        self._step = rng.randrange(self._rows)
        while gcd(self._step, self._rows) != 1:
            self._step += 1
        pairs = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
        self._names = [
            (
                f"{prefix}{first[1]}.{last[1]}",
                self._name_cell(f"{first[0]} {last[0]}", number, quotes),
            )
            for number, (first, last) in enumerate(pairs)
        ]

    @staticmethod
    def _name_cell(name: str, number: int, quotes: bool) -> str:
        if not quotes or number % 40:
            return name
        first, last = name.split(" ", maxsplit=1)
        return f'"{last}, {first}"'

    def email(self, position: int) -> str:
        number = (position * self._step + self._offset) % self._rows
        login = self._names[number % len(self._names)][0]
        return f"{login}{number}@{DOMAINS[number % len(DOMAINS)]}"

    def block(self, first: int, last: int) -> list[str]:
        """Return the rows from `first` to `last` - 1.

        Local names keep the loop fast: 1,000,000 rows take about a second.
        """
        rows, step, offset, names = self._rows, self._step, self._offset, self._names
        size, domains, prefixes = len(names), len(DOMAINS), len(PHONE_PREFIXES)
        lines = []
        for position in range(first, last):
            number = (position * step + offset) % rows
            login, name = names[number % size]
            phone = f"{PHONE_PREFIXES[number % prefixes]}{number * 7919 % 10_000_000:07d}"
            lines.append(f"{login}{number}@{DOMAINS[number % domains]},{name},{phone}")
        return lines


def _bad_positions(rows: int, share: float, rng: random.Random) -> dict[int, str]:
    """Choose the bad rows. The first row is valid, so that a duplicate has a row to repeat."""
    kinds = list(_DEFECTS)
    count = min(round(rows * share), rows - 1) if rows else 0
    chosen = rng.sample(range(1, rows), count) if count else []
    return {position: kinds[number % len(kinds)] for number, position in enumerate(chosen)}


def _bad_row(rows: _Rows, position: int, bad: dict[int, str]) -> str:
    earlier = position - 1
    while earlier in bad:
        earlier -= 1
    phone = f"+55 11 9{position % 10_000_000:07d}"
    first, last = FIRST_NAMES[position % len(FIRST_NAMES)], LAST_NAMES[position % len(LAST_NAMES)]
    name = f"{first[0]} {last[0]}"
    user = _User(rows.email(position), name, phone, rows.email(earlier))
    return _DEFECTS[bad[position]](user)


def _blocks(rows: _Rows, count: int, bad: dict[int, str]) -> Iterator[str]:
    positions = sorted(bad, reverse=True)
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        lines = rows.block(first, last)
        while positions and positions[-1] < last:
            position = positions.pop()
            lines[position - first] = _bad_row(rows, position, bad)
        yield "\n".join(lines) + "\n"


def write_users(
    path: Path, rows: int, *, seed: int = 1, bad_share: float = 0.01, prefix: str = ""
) -> UsersFile:
    """Write a file with `rows` records, the same file for the same seed, and describe it.

    Every e-mail address begins with `prefix`. Without bad rows there are no quotes either, so that
    the simplest reader can read the file.
    """
    rng = random.Random(seed)  # noqa: S311
    bad = _bad_positions(rows, bad_share, rng)
    lines = _Rows(rows, rng, quotes=bad_share > 0, prefix=prefix)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{HEADER}\n")
        file.writelines(_blocks(lines, rows, bad))
    defects = Counter(bad.values())
    errors = len(bad) - defects["blank_line"]
    return UsersFile(rows=rows, valid=rows - errors, defects=dict(defects))
