"""Generated files of users: write_users describes the file correctly."""

import csv
from pathlib import Path

import pytest

from local.users_file import HEADER, write_users
from tests.imports import imported, outcome


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [record for record in csv.reader(file) if record]


def test_the_same_seed_makes_the_same_file(tmp_path: Path) -> None:
    first = write_users(tmp_path / "first.csv", 2000, seed=7)
    assert write_users(tmp_path / "second.csv", 2000, seed=7) == first
    write_users(tmp_path / "third.csv", 2000, seed=8)
    content = (tmp_path / "first.csv").read_bytes()
    assert (tmp_path / "second.csv").read_bytes() == content
    assert (tmp_path / "third.csv").read_bytes() != content


def test_every_email_address_begins_with_the_prefix(tmp_path: Path) -> None:
    write_users(tmp_path / "users.csv", 300, bad_share=0, prefix="load-7-")
    _, *rows = records(tmp_path / "users.csv")
    assert len(rows) == 300
    assert all(email.startswith("load-7-") for email, *_ in rows)


@pytest.mark.parametrize(("rows", "bad_share"), [(0, 0.5), (1, 1), (300, 0), (45_000, 0.02)])
def test_pythons_csv_module_reads_the_same_number_of_records(
    tmp_path: Path, rows: int, bad_share: float
) -> None:
    written = write_users(tmp_path / "users.csv", rows, bad_share=bad_share)
    header, *read = records(tmp_path / "users.csv")
    assert header == HEADER.split(",")
    assert len(read) == written.rows == rows
    blank = written.defects.get("blank_line", 0)
    assert written.valid == rows - sum(written.defects.values()) + blank


def test_a_file_without_bad_rows_has_no_quotes_and_no_duplicates(tmp_path: Path) -> None:
    written = write_users(tmp_path / "users.csv", 3000, bad_share=0)
    assert written.valid == 3000
    assert written.defects == {}
    assert '"' not in (tmp_path / "users.csv").read_text(encoding="utf-8")
    assert len({record[0] for record in records(tmp_path / "users.csv")}) == 3001


@pytest.mark.django_db
def test_the_import_creates_the_same_number_of_users(tmp_path: Path) -> None:
    written = write_users(tmp_path / "users.csv", 2000, bad_share=0.2)
    job = imported((tmp_path / "users.csv").read_bytes())
    bad = written.rows - written.valid
    assert len(written.defects) == 11
    assert outcome(job) == {"rows": written.rows, "created": written.valid, "failed": bad}
