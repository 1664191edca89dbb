"""The files of import_speed."""

import csv
from itertools import pairwise
from pathlib import Path

from benchmarks.imports import files

ROWS = 5_000


def records(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_a_quoted_file_has_the_same_users_in_windows_1252(tmp_path: Path) -> None:
    source = files.clean(tmp_path, ROWS)
    path = files.rewritten(source, "quoted.csv", files.quoted, encoding="windows-1252")
    expected = [[cell.replace("Ł", "L") for cell in record] for record in records(source)]
    assert records(path, encoding="windows-1252", delimiter=";") == expected
    lines = path.read_text(encoding="windows-1252").splitlines()
    assert all(line.count('"') == 6 for line in lines)
    assert any("ü" in line for line in lines)


def test_every_second_row_makes_half_of_the_file(tmp_path: Path) -> None:
    source = files.clean(tmp_path, ROWS)
    header, *users = records(source)
    half = records(files.rewritten(source, "half.csv", every=2))
    assert half == [header, *users[::2]]


def test_each_row_is_damaged_and_the_header_is_not(tmp_path: Path) -> None:
    source = files.clean(tmp_path, ROWS)
    header, *users = records(files.rewritten(source, "emails.csv", files.without_at))
    assert header == ["email", "name", "phone"]
    assert not any("@" in email for email, *_ in users)
    header, *users = records(files.rewritten(source, "short.csv", files.without_last_cell))
    assert header == ["email", "name", "phone"]
    assert {len(record) for record in users} == {2}


def test_all_cells_but_the_email_address_change(tmp_path: Path) -> None:
    source = files.clean(tmp_path, ROWS)
    header, *changed = records(files.rewritten(source, "former.csv", files.with_other_cells))
    pairs = list(zip(records(source)[1:], changed, strict=True))
    assert header == ["email", "name", "phone"]
    assert all(before[0] == after[0] for before, after in pairs)
    assert all(before[1] != after[1] and before[2] != after[2] for before, after in pairs)


def test_every_user_has_a_different_password(tmp_path: Path) -> None:
    source = files.clean(tmp_path, ROWS)
    header, *users = records(files.rewritten(source, "passwords.csv", files.with_password))
    assert header == ["email", "name", "phone", "password"]
    assert len({password for *_, password in users}) == ROWS


def test_repeated_rows_are_far_below_the_first_ones(tmp_path: Path) -> None:
    _, *users = records(files.with_repeats(tmp_path, ROWS))
    first: dict[str, int] = {}
    distances = []
    for position, (email, *_) in enumerate(users):
        if email in first:
            distances.append(position - first[email])
        first.setdefault(email, position)
    assert len(users) == ROWS
    assert len(distances) == ROWS // 100
    assert min(distances) > ROWS * 0.4


def test_the_email_addresses_of_two_groups_are_interleaved(tmp_path: Path) -> None:
    paths = files.two_groups(tmp_path, 100, 1_000)
    new, others = ({email for email, *_ in records(path)[1:]} for path in paths)
    assert len(new) == 100
    assert len(others) == 1_000
    assert not new & others
    merged = sorted(new | others)
    places = [merged.index(email) for email in sorted(new)]
    assert max(after - before for before, after in pairwise(places)) < 100
