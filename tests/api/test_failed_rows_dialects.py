"""GET imports/{task_id}/rejected-rows.csv: the dialect of the uploaded file."""

import gzip
from collections.abc import Callable

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[..., ImportJob]
ERRORS = ("error_line", "error_column", "error_code", "error_message")
WRONG = ("email", "invalid_email", "This is not a valid e-mail address.")


def download(client: APIClient, job: ImportJob, **query: str) -> tuple[bytes, str]:
    """Return the file and its content type."""
    answer = client.get(f"/api/v1/imports/{job.id}/rejected-rows.csv", query)
    assert answer.status_code == 200
    return answer.getvalue(), answer["Content-Type"]


DIALECTS = [
    ("utf-8", b"", "", ",", "\r\n", "utf-8"),
    ("utf-8", b"", "", ";", "\n", "utf-8"),
    ("utf-8", b"", "", "|", "\r", "utf-8"),
    ("utf-8", b"", "", "\t", "\n", "utf-8"),
    ("utf-8", b"\xef\xbb\xbf", "", ";", "\r\n", "utf-8"),
    ("utf-8", b"", "sep=;\r\n", ";", "\r\n", "utf-8"),
    ("utf-8", b"\xef\xbb\xbf", "sep=,\n", ",", "\n", "utf-8"),
    ("cp1252", b"", "", ";", "\r\n", "windows-1252"),
    ("cp1252", b"", "sep=;\r\n", ";", "\r\n", "windows-1252"),
    ("utf-16-le", b"\xff\xfe", "", "\t", "\r\n", "utf-16le"),
    ("utf-16-be", b"\xfe\xff", "", ",", "\n", "utf-16be"),
    ("utf-16-le", b"\xff\xfe", "sep=;\r\n", ";", "\r\n", "utf-16le"),
]


@pytest.mark.parametrize(
    ("encoding", "bom", "sep", "delimiter", "line_ending", "charset"), DIALECTS, ids=str
)
def test_the_file_has_the_dialect_of_the_upload(  # noqa: PLR0917
    as_bob: APIClient,
    imported: Imported,
    encoding: str,
    bom: bytes,
    sep: str,
    delimiter: str,
    line_ending: str,
    charset: str,
) -> None:
    def encode(*rows: tuple[str, ...]) -> bytes:
        text = sep + "".join(delimiter.join(row) + line_ending for row in rows)
        return bom + text.encode(encoding)

    header, good, bad = ("E-Mail", "Nome"), ("ann@x.com", "Änn"), ("bad", "José")
    job = imported(as_bob, encode(header, good, bad))
    content, kind = download(as_bob, job)
    assert kind == f"text/csv; charset={charset}"
    line = "4" if sep else "3"
    assert content == encode((*header, *ERRORS), (*bad, line, *WRONG))
    again = imported(as_bob, content.replace("bad".encode(encoding), "b@x.com".encode(encoding)))
    assert outcome(again) == {"rows": 1, "created": 1}
    assert User.objects.get(import_id=again.id).name == "José"


@pytest.mark.parametrize("line_ending", ["\n", "\r", "\r\n"], ids=ascii)
def test_line_endings_within_a_cell_are_kept(
    as_bob: APIClient, imported: Imported, line_ending: str
) -> None:
    cell = '"a\nb\rc\r\nd"'
    job = imported(as_bob, line_ending.join(["email,n", f"bad,{cell}", ""]))
    content, _ = download(as_bob, job)
    assert f"{line_ending}bad,{cell},2,email,".encode() in content
    assert content.endswith(line_ending.encode())


def test_undecodable_bytes_come_back(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, b"email;name\nann@x.com;Jos\xe9 \x81\n")
    assert job.encoding == "windows-1252"
    content, _ = download(as_bob, job)
    assert b"\nann@x.com;Jos\xe9 \x81;2;;undecodable;" in content


@pytest.mark.parametrize("end", ["", ";", ";;", ";;;;"])
def test_a_file_with_trailing_delimiters_can_be_corrected(
    as_bob: APIClient, imported: Imported, end: str
) -> None:
    job = imported(as_bob, f"email;name;;\nbad;A{end}\nworse;B{end}\nann@x.com;Ann{end}\n")
    assert outcome(job) == {"rows": 3, "created": 1, "failed": 2}
    content, _ = download(as_bob, job)
    assert content.startswith(b"email;name;error_line;")
    again = imported(as_bob, content.replace(b"bad", b"b@x.com"))
    assert again.rejections == {"invalid_email": 1}
    assert list(User.objects.filter(import_id=again.id).values_list("email", "name")) == [
        ("b@x.com", "A")
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("email;name;;", "b@x.com;Lee;"),
        ("email;name;;", "b@x.com;Lee;;"),
        ("email;name;;", "b@x.com;Lee; Ann"),
        ("email;name", "b@x.com;Lee;"),
        ("email;name;note", "b@x.com;Lee;;"),
    ],
)
def test_a_row_with_surplus_cells_is_rejected_until_it_is_corrected(
    as_bob: APIClient, imported: Imported, header: str, row: str
) -> None:
    """Fails if the surplus cells stand below columns without a name, and nothing shows them."""
    width = len(header.rstrip(";").split(";"))
    job = imported(as_bob, f"{header}\nann@x.com;Ann{';' * (width - 2)}\n{row}\n")
    for _ in range(2):
        assert job.rejections == {"too_many_columns": 1}
        job = imported(as_bob, download(as_bob, job)[0])
    assert not User.objects.filter(email="b@x.com").exists()


def test_the_file_of_a_compressed_upload_is_not_compressed(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, gzip.compress(b"email,name\nann@x.com,Ann\nbad,Bea\n"))
    content, kind = download(as_bob, job)
    assert kind == "text/csv; charset=utf-8"
    assert content.splitlines()[1].startswith(b"bad,Bea,3,email,")
    again = imported(as_bob, content.replace(b"\nbad,", b"\nbea@x.com,"))
    assert outcome(again) == {"rows": 1, "created": 1}


def test_mapped_headers_are_kept(as_bob: APIClient, imported: Imported) -> None:
    columns = '{"Login": "email", "Quem": "name"}'
    job = imported(as_bob, "Login,Quem\nbad,Bea\n", columns=columns)
    content, _ = download(as_bob, job)
    assert content.startswith(b"Login,Quem,error_line,")
    again = imported(as_bob, content.replace(b"\nbad,", b"\nbea@x.com,"), columns=columns)
    assert outcome(again) == {"rows": 1, "created": 1}


@pytest.mark.django_db(transaction=True)
def test_skipped_rows_can_be_uploaded_again_as_an_upsert(
    as_bob: APIClient, imported: Imported, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 2
    for email in ("ann@x.com", "zoe@x.com"):
        User.objects.create_user(email, name="Old")
    rows = "zoe@x.com,Zoë\nbad,B\nann@x.com,Old\nnew@x.com,N\n"
    job = imported(as_bob, f"email,name\n{rows}".encode("utf-16"))
    assert outcome(job) == {"rows": 4, "created": 1, "skipped": 2, "failed": 1}
    content, _ = download(as_bob, job, include="skipped")
    fixed = content.replace("\nbad,".encode("utf-16-le"), "\nbea@x.com,".encode("utf-16-le"))
    again = imported(as_bob, fixed, mode="upsert")
    assert outcome(again) == {"rows": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert User.objects.get(email="zoe@x.com").name == "Zoë"
    unchanged, _ = download(as_bob, again, include="unchanged")
    text = unchanged.decode("utf-16")
    assert [row.split(",")[0] for row in text.splitlines()[1:]] == ["ann@x.com"]
