"""CSV files of made-up people, the same for the same seed; for the demo, tests and benchmarks."""

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
class People:
    """What a file holds: `rows` records, of which `clean` can be imported.

    `oddities` counts what is unusual, by kind; a blank line is one, but no record and no fault.
    """

    rows: int
    clean: int
    oddities: dict[str, int]


@dataclass(frozen=True)
class _Person:
    email: str
    name: str
    phone: str
    earlier: str
    """The address of a clean row above."""


def _with_at(person: _Person, at: str) -> str:
    return f"{person.email.replace('@', at)},{person.name},{person.phone}"


_ODDITIES: dict[str, Callable[[_Person], str]] = {
    "email_missing": lambda p: f",{p.name},{p.phone}",
    "email_without_at": lambda p: _with_at(p, "."),
    "email_with_two_ats": lambda p: _with_at(p, "@@"),
    "email_with_spaces": lambda p: _with_at(p, " @ "),
    "email_with_final_dot": lambda p: f"{p.email}.,{p.name},{p.phone}",
    "duplicate": lambda p: f"{p.earlier.upper()},{p.name},{p.phone}",
    "too_few_columns": lambda p: f"{p.email},{p.name}",
    "too_many_columns": lambda p: f"{p.email},{p.name},{p.phone},yes",
    "name_too_long": lambda p: f"{p.email},{' '.join([p.name] * 20)},{p.phone}",
    "control_character": lambda p: f"{p.email},{p.name}\x07,{p.phone}",
    "blank_line": lambda p: f"{p.email},{p.name},{p.phone}\n",
}


class _Rows:
    """Every position has another person, in no visible order."""

    def __init__(self, rows: int, chance: random.Random, *, quotes: bool, prefix: str) -> None:
        self._rows = max(rows, 1)
        self._offset = chance.randrange(self._rows)
        self._step = chance.randrange(self._rows)
        while gcd(self._step, self._rows) != 1:
            self._step += 1
        pairs = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
        self._names = [
            (
                f"{prefix}{first[1]}.{last[1]}",
                self._written(f"{first[0]} {last[0]}", number, quotes),
            )
            for number, (first, last) in enumerate(pairs)
        ]

    @staticmethod
    def _written(name: str, number: int, quotes: bool) -> str:
        if not quotes or number % 40:
            return name
        first, last = name.split(" ", maxsplit=1)
        return f'"{last}, {first}"'

    def email(self, position: int) -> str:
        number = (position * self._step + self._offset) % self._rows
        login = self._names[number % len(self._names)][0]
        return f"{login}{number}@{DOMAINS[number % len(DOMAINS)]}"

    def block(self, first: int, last: int) -> list[str]:
        """The rows of these positions; one loop with local names, a million takes a second."""
        rows, step, offset, names = self._rows, self._step, self._offset, self._names
        size, domains, prefixes = len(names), len(DOMAINS), len(PHONE_PREFIXES)
        lines = []
        for position in range(first, last):
            number = (position * step + offset) % rows
            login, name = names[number % size]
            phone = f"{PHONE_PREFIXES[number % prefixes]}{number * 7919 % 10_000_000:07d}"
            lines.append(f"{login}{number}@{DOMAINS[number % domains]},{name},{phone}")
        return lines


def _bad_positions(rows: int, share: float, chance: random.Random) -> dict[int, str]:
    """The first row is never bad, so that a duplicate has something to repeat."""
    kinds = list(_ODDITIES)
    count = min(round(rows * share), rows - 1) if rows else 0
    chosen = chance.sample(range(1, rows), count) if count else []
    return {position: kinds[number % len(kinds)] for number, position in enumerate(chosen)}


def _spoilt(rows: _Rows, position: int, bad: dict[int, str]) -> str:
    earlier = position - 1
    while earlier in bad:
        earlier -= 1
    phone = f"+55 11 9{position % 10_000_000:07d}"
    first, last = FIRST_NAMES[position % len(FIRST_NAMES)], LAST_NAMES[position % len(LAST_NAMES)]
    name = f"{first[0]} {last[0]}"
    person = _Person(rows.email(position), name, phone, rows.email(earlier))
    return _ODDITIES[bad[position]](person)


def _blocks(rows: _Rows, count: int, bad: dict[int, str]) -> Iterator[str]:
    positions = sorted(bad, reverse=True)
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        lines = rows.block(first, last)
        while positions and positions[-1] < last:
            position = positions.pop()
            lines[position - first] = _spoilt(rows, position, bad)
        yield "\n".join(lines) + "\n"


def write_people(
    path: Path, rows: int, *, seed: int = 1, bad_share: float = 0.01, prefix: str = ""
) -> People:
    """Write a file with `rows` records and return what it holds.

    Every address begins with `prefix`. Without bad rows there are no quotes either, so that the
    plainest reader can take it.
    """
    chance = random.Random(seed)  # noqa: S311
    bad = _bad_positions(rows, bad_share, chance)
    people = _Rows(rows, chance, quotes=bad_share > 0, prefix=prefix)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{HEADER}\n")
        file.writelines(_blocks(people, rows, bad))
    oddities = Counter(bad.values())
    faults = len(bad) - oddities["blank_line"]
    return People(rows=rows, clean=rows - faults, oddities=dict(oddities))
