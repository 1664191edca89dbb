"""GET imports/{task_id}/rejected-rows.csv."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.reading.returned import ERROR_COLUMNS
from tests.api.answers import assert_error
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[[APIClient, str | bytes], ImportJob]
ERROR_HEADER = b"error_line,error_column,error_code,error_message\n"
INVALID = b"email,invalid_email,This is not a valid e-mail address.\n"


def url(job: ImportJob) -> str:
    """Return the URL of the file."""
    return f"/api/v1/imports/{job.id}/rejected-rows.csv"


def download(client: APIClient, job: ImportJob) -> bytes:
    """Download the file."""
    answer = client.get(url(job))
    assert answer.status_code == 200
    return answer.getvalue()


def test_is_a_csv_attachment(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nbad\n")
    answer = as_bob.get(url(job))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    name = f"rejected-rows-{job.id}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.getvalue() == b"email," + ERROR_HEADER + b"bad,2," + INVALID


@pytest.mark.parametrize("accept", ["text/csv", "text/html", "*/*", "application/json"])
def test_is_sent_for_any_accept_header(as_bob: APIClient, imported: Imported, accept: str) -> None:
    answer = as_bob.get(url(imported(as_bob, "email\nbad\n")), HTTP_ACCEPT=accept)
    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"email,")


def test_has_only_the_rejected_rows_in_file_order(as_bob: APIClient, imported: Imported) -> None:
    rows = ["ann@x.com,1", "bad,2", "zoe@x.com,3", "ann@x.com,4", "worse,5"]
    content = download(as_bob, imported(as_bob, "\n".join(["email,n", *rows])))
    assert [line[:5] for line in content.splitlines()] == [b"email", b"bad,2", b"ann@x", b"worse"]


def test_keeps_the_delimiter_the_cells_and_the_byte_order_mark(
    as_bob: APIClient, imported: Imported
) -> None:
    sent = '\ufeffE-mail;Nome;Sapato \r\nann@x.com;Ann;38\r\nBAD; "O""Neill; J";39\r\n'
    sent = sent.replace('; "', ';"')
    content = download(as_bob, imported(as_bob, sent)).decode()
    header, row = content.splitlines()
    assert header == "\ufeffE-mail;Nome;Sapato ;" + ERROR_HEADER.decode().strip().replace(",", ";")
    assert row.startswith('BAD;"O""Neill; J";39;3;email;invalid_email;')


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1"])
def test_a_formula_in_a_cell_is_escaped(as_bob: APIClient, imported: Imported, cell: str) -> None:
    content = download(as_bob, imported(as_bob, f"email,name\nbad,{cell}\n"))
    assert f"bad,'{cell},2,email".encode() in content


@pytest.mark.parametrize("cell", ["1=1", "a-b", "'a", " =1"])
def test_other_cells_are_not_escaped(as_bob: APIClient, imported: Imported, cell: str) -> None:
    content = download(as_bob, imported(as_bob, f"email,name\nbad,{cell}\n"))
    assert f"bad,{cell},2,email".encode() in content


@pytest.mark.parametrize("header", ["=1+1", "@x", "-y"])
def test_a_formula_in_a_header_is_escaped(
    as_bob: APIClient, imported: Imported, header: str
) -> None:
    content = download(as_bob, imported(as_bob, f"email,{header}\nbad,=2\n"))
    assert content.startswith(f"email,'{header},error_line,".encode())
    again = download(as_bob, imported(as_bob, content))
    assert again == content


def test_error_columns_in_the_upload_do_not_prevent_escaping(
    as_bob: APIClient, imported: Imported
) -> None:
    sent = f"email,=cmd,{','.join(ERROR_COLUMNS)}\nbad,=1,,,,\nbad,'=1,,,,\n"
    header, first, second, _ = download(as_bob, imported(as_bob, sent)).split(b"\n")
    assert header.startswith(b"email,'=cmd,error_line")
    assert first.startswith(b"bad,'=1,2,")
    assert second.startswith(b"bad,'=1,3,")


def test_undecodable_bytes_come_back(as_bob: APIClient, imported: Imported) -> None:
    content = download(as_bob, imported(as_bob, b"email,name\nann@x.com,Jos\xe9\x81\n"))
    assert b"\nann@x.com,Jos\xe9\x81,2,,undecodable," in content


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("ann@x.com", b"ann@x.com,,2,,too_few_columns,"),
        ("ann@x.com,a,b", b"ann@x.com,a,b,2,,too_many_columns,"),
        ('ann@x.com,"a"b', b'"ann@x.com,""a""b",,2,,invalid_quoting,'),
        ('bad,"a\nb"', b'bad,"a\nb",2,email,invalid_email,'),
    ],
)
def test_a_malformed_row_keeps_its_cells(
    as_bob: APIClient, imported: Imported, row: str, expected: bytes
) -> None:
    assert expected in download(as_bob, imported(as_bob, f"email,name\n{row}\n"))


def test_has_only_the_header_without_rejected_rows(as_bob: APIClient, bob: User) -> None:
    assert download(as_bob, make_job("email\nbad\n", owner=bob)) == b"email," + ERROR_HEADER


@pytest.mark.parametrize(
    ("limit", "rows", "left_out", "end"), [(3, 3, "2", "-incomplete.csv"), (5, 5, "0", ".csv")]
)
def test_says_whether_rows_were_left_out(
    as_bob: APIClient, imported: Imported, settings: Settings, limit: int, rows: int,
    left_out: str, end: str,
) -> None:  # fmt: skip
    settings.IMPORT_MAX_ROW_ERRORS = limit
    job = imported(as_bob, "email\n" + "bad\n" * 5)
    answer = as_bob.get(url(job))
    assert len(answer.getvalue().splitlines()) == 1 + rows
    assert answer["X-Rows-Left-Out"] == left_out
    assert answer["Content-Disposition"] == f'attachment; filename="rejected-rows-{job.id}{end}"'


def test_is_404_when_the_file_is_deleted(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nbad\n")
    default_storage.delete(job.file)
    assert_error(as_bob.get(url(job), HTTP_ACCEPT="text/csv"), 404, "not_found")


def test_is_404_when_the_file_is_damaged(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nbad\n")
    Path(default_storage.path(job.file)).write_bytes(b"")
    assert_error(as_bob.get(url(job), HTTP_ACCEPT="text/csv"), 404, "not_found")


def test_jobs_of_other_users_are_404(as_bob: APIClient, alice: User) -> None:
    assert_error(as_bob.get(url(make_job("email\n", owner=alice))), 404, "not_found")
