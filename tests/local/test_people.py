"""Made-up people: what write_people says of a file is true."""

import csv
from pathlib import Path

import pytest

from local.people import HEADER, write_people
from tests.imports import imported, outcome


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [record for record in csv.reader(file) if record]


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    first = write_people(tmp_path / "first.csv", 2000, seed=7)
    assert write_people(tmp_path / "second.csv", 2000, seed=7) == first
    write_people(tmp_path / "third.csv", 2000, seed=8)
    content = (tmp_path / "first.csv").read_bytes()
    assert (tmp_path / "second.csv").read_bytes() == content
    assert (tmp_path / "third.csv").read_bytes() != content


def test_every_address_begins_as_it_is_asked_to(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv", 300, bad_share=0, prefix="load-7-")
    _, *found = records(tmp_path / "people.csv")
    assert len(found) == 300
    assert all(email.startswith("load-7-") for email, *_ in found)


@pytest.mark.parametrize(("rows", "bad_share"), [(0, 0.5), (1, 1), (300, 0), (45_000, 0.02)])
def test_python_reads_as_many_records(tmp_path: Path, rows: int, bad_share: float) -> None:
    people = write_people(tmp_path / "people.csv", rows, bad_share=bad_share)
    header, *found = records(tmp_path / "people.csv")
    assert header == HEADER.split(",")
    assert len(found) == people.rows == rows
    blank = people.oddities.get("blank_line", 0)
    assert people.clean == rows - sum(people.oddities.values()) + blank


def test_a_file_without_bad_rows_is_plain(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.csv", 3000, bad_share=0)
    assert people.clean == 3000
    assert people.oddities == {}
    assert '"' not in (tmp_path / "people.csv").read_text(encoding="utf-8")
    assert len({record[0] for record in records(tmp_path / "people.csv")}) == 3001


@pytest.mark.django_db
def test_the_import_finds_as_many_clean_rows(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.csv", 2000, bad_share=0.2)
    job = imported((tmp_path / "people.csv").read_bytes())
    bad = people.rows - people.clean
    assert len(people.oddities) == 11
    assert outcome(job) == {"rows": people.rows, "created": people.clean, "failed": bad}
