"""A search for cells that take long for their size.

Each run makes other kinds of cells. The kinds that take longest to read and check, by processor
time for each byte, are imported as whole files, and so is a clean file of the same size. The
processor time of the process and of its PostgreSQL server process are compared, so that other
programs on the machine count little. `FUZZ_SEED` repeats a run.
"""

import os
import statistics
from collections.abc import Callable
from io import BytesIO
from itertools import count
from random import Random
from time import process_time
from typing import Final

import psutil
import pytest
from django.db import connection

from tasks.checking.validate import Policy, check
from tasks.codes import FileError
from tasks.reading.table import Table
from tests.imports import imported
from users_uc.passwords.strength import is_weak

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_cover]
SEED = os.environ["FUZZ_SEED"]
KINDS, SLOWEST = 150, 3
SCREENED, IMPORTED = 60_000, 500_000
"""Bytes of a file that is only checked, and of one that is imported."""
MOST: Final = 8.0
"""How many times as long as a clean file of the same size and header a file may take.

The goal is five. Different international domain names in short rows take about three times as long.
"""

type Cell = Callable[[Random], str]

_SETS: Final = (
    *("abcdefghijklmnopqrstuvwxyz", "ABCXYZ", "0123456789", "-", ".", "@", " ", "'", '""'),
    *("\t\x1c\x85\u3000", "=?", "xn--", "\u3002\uff0e", "\u200c\u200d", "\u00ad", "\u30fb"),
    *("\ufdfa", "İ", "Σ", "ß", "\u0375", "\u05f3\u05f4", "\u0660\u0661", "\u06f0", "\U0001f600"),
)  # fmt: skip
_RANGES: Final = (
    *((0xE0, 0xF6), (0x100, 0x17F), (0x3B1, 0x3C9), (0x410, 0x42F), (0x430, 0x44F)),
    *((0x5D0, 0x5EA), (0x628, 0x63A), (0x905, 0x94D), (0xE01, 0xE4E), (0x1100, 0x11FF)),
    *((0x300, 0x36F), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3)),
    *((0x10400, 0x1044F), (0x1D400, 0x1D7FF)),
)
_CLEAN: Final[dict[str, Callable[[int], str]]] = {
    "email": lambda number: f"user{number}@example.com",
    "name": lambda number: f"Name {number}",
    "phone": lambda number: f"+55 11 {number}",
    "is_active": lambda _: "true",
    "password": lambda number: f"kWq83jd0{number}",
    "password_hash": lambda _: "",
}
_HEADERS: Final = (
    ("email", "name", "phone", "is_active"),
    ("email", "name", "password"),
    ("email", "name", "password_hash"),
)


def _alphabet(rng: Random) -> list[str]:
    if rng.random() < 0.3:
        return list(rng.choice(_SETS))
    first, last = rng.choice(_RANGES)
    return [chr(code) for code in range(first, last + 1)]


def _random_text(rng: Random) -> Cell:
    """Return a maker of texts with up to three alphabets, in parts of one length."""
    alphabets = [_alphabet(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    part, parts = rng.choice((1, 2, 6, 20, 32, 57, 63)), rng.choice((1, 1, 2, 4, 9, 30, 120))
    separator = rng.choice((".", ".", "", " ", "-", "xn--", ".xn--"))
    is_distinct = rng.random() < 0.5

    def make(cell_rng: Random) -> str:
        def one() -> str:
            alphabet = cell_rng.choice(alphabets)
            if is_distinct and len(alphabet) >= part:
                return "".join(cell_rng.sample(alphabet, part))
            return "".join(cell_rng.choices(alphabet, k=part))

        return separator.join(one() for _ in range(parts))

    return make


def _random_cell(rng: Random) -> Cell:
    text = _random_text(rng)
    before, after = rng.choice(
        (("", ""), ("a@", ".de"), ("a@", ".de"), ("", "@x.com"), ("a@xn--", ""))
    )
    repeats = rng.choice((1, 1, 1, 1, 1, 40, 4000))
    quote = rng.random() < 0.3

    def make(cell_rng: Random) -> str:
        cell = f"{before}{text(cell_rng) * repeats}{after}"[:250_000]
        return f'"{cell}"' if quote else cell.replace(",", ";")

    return make


def _file(header: tuple[str, ...], size: int, odd: dict[str, Cell], rng: Random) -> bytes:
    """Return a file of about `size` bytes with one cell of these kinds in each row."""
    rows, length = [",".join(header)], 0
    for number in count():
        cells = [_CLEAN[field](number) for field in header]
        for field, make in odd.items():
            cells[header.index(field)] = make(rng)
        rows.append(",".join(cells))
        length += len(rows[-1].encode()) + 1
        if length >= size:
            return "\n".join(rows).encode()
    raise AssertionError


def _check_time(data: bytes) -> float:
    """Return the processor time that reading and checking the file takes, for each byte."""
    before = process_time()
    try:
        table = Table(BytesIO(data), encoding="utf-8")
        for batch in table.batches():
            policy = Policy(weak_password=is_weak)
            check(batch.rows, table.header, policy=policy, heartbeat=lambda: None)
    except FileError:
        pass
    return (process_time() - before) / len(data)


def _import_time(data: bytes) -> float:
    """Return the processor time that the whole import takes, PostgreSQL included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    before = process_time() + sum(backend.cpu_times()[:2])
    imported(data)
    used = process_time() + sum(backend.cpu_times()[:2]) - before
    with connection.cursor() as cursor:  # a DELETE by the models takes a hundred times as long
        cursor.execute("TRUNCATE users_uc_user, tasks_importjob CASCADE")
    return used


def _file_of_kind(header: tuple[str, ...], number: int, size: int) -> bytes:
    rng = Random(f"{SEED}/{number}")  # noqa: S311
    field = rng.choice((*header, "email", "email"))
    return _file(header, size, {field: _random_cell(rng)}, rng)


def _clean_file(header: tuple[str, ...], size: int) -> bytes:
    return _file(header, size, {}, Random(0))  # noqa: S311


def _slowest_kinds() -> list[tuple[tuple[str, ...], int]]:
    """Return the header and the number of the kinds that take longest to check."""
    clean: dict[tuple[str, ...], float] = {}
    for header in _HEADERS * 2:  # the first time reads modules and the list of common passwords
        clean[header] = _check_time(_clean_file(header, SCREENED))
    kinds: list[tuple[tuple[str, ...], int]] = [
        (_HEADERS[number % len(_HEADERS)], number) for number in range(KINDS)
    ]
    ratios = {
        (header, number): _check_time(_file_of_kind(header, number, SCREENED)) / clean[header]
        for header, number in kinds
    }
    return sorted(ratios, key=lambda kind: ratios[kind])[-SLOWEST:]


def test_no_cell_takes_much_longer_than_clean_cells() -> None:
    for header, number in _slowest_kinds():
        data = _file_of_kind(header, number, IMPORTED)
        clean = _clean_file(header, len(data))
        pairs = [(_import_time(clean), _import_time(data)) for _ in range(3)]
        ratio = statistics.median(odd / plain for plain, odd in pairs)
        assert ratio < MOST, f"FUZZ_SEED={SEED} number {number}: {data[:1000]!r}"
