"""Imports over HTTP with gunicorn, Celery workers and a queue in Valkey."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.api_client import ApiClient, Json
from local.stack import Stack
from local.users_file import write_users
from tests.stacks import PASSWORD, as_admin, await_end, numbers

pytestmark = pytest.mark.xdist_group("stack")
TOTALS = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")
EMAIL = "ana@example.com"
USERS_OF_THE_MESSY_FILE = """
    SELECT count(*) FROM users_uc_user JOIN tasks_importjob ON tasks_importjob.id = import_id
    WHERE file_name = 'messy.csv'
"""


@pytest.fixture(scope="module")
def ana(stack: Stack) -> Iterator[ApiClient]:
    """Register Ana, give her `can_import` and return her client."""
    body = {"email": EMAIL, "name": "Ana", "password": PASSWORD}
    answer = httpx.post(
        f"{stack.base_url}/api/v1/register/", json=body, trust_env=False, timeout=30
    )
    assert answer.status_code == 201
    with ApiClient.log_in(stack.base_url, EMAIL, PASSWORD) as ana, as_admin(stack) as admin:
        url = f"/api/v1/users/{answer.json()['id']}/"
        assert admin._call("PATCH", url, json={"can_import": True})["can_import"] is True
        yield ana


def download(client: ApiClient, url: str) -> bytes:
    headers = {"Authorization": f"Bearer {client.token}"}
    return httpx.get(url, headers=headers, trust_env=False, timeout=30).content


def all_pages(client: ApiClient, url: str | None) -> list[Json]:
    rows: list[Json] = []
    while url:
        page = client.status(url)
        rows += page["results"]
        url = page["next"]
    return rows


def test_every_row_of_a_messy_file_is_accounted_for(
    tmp_path: Path, stack: Stack, ana: ApiClient
) -> None:
    written = write_users(tmp_path / "messy.csv", 20_000, prefix="messy")
    document = await_end(ana, ana.upload(tmp_path / "messy.csv"), within=60)
    result, bad = document["result"], written.rows - written.valid
    assert document["status"] == "SUCCESS"
    assert result == dict.fromkeys(TOTALS, 0) | {
        "rows": written.rows, "created": written.valid, "failed": bad,
    }  # fmt: skip
    assert numbers(stack, USERS_OF_THE_MESSY_FILE) == (written.valid,)

    errors = all_pages(ana, document["links"]["errors"])
    assert len(errors) == len({error["record"] for error in errors}) == bad
    assert errors[:20] == document["errors"]
    content = download(ana, document["links"]["failed_rows"])
    header, *rows = csv.reader(io.StringIO(content.decode()))
    assert header[-4:] == ["error_line", "error_column", "error_code", "error_message"]
    assert [int(row[-4]) for row in rows] == [error["line"] for error in errors]

    # Unchanged rejected rows are rejected again, except for the duplicates, which are now alone.
    (tmp_path / "rejected-rows.csv").write_bytes(content)
    again = await_end(ana, ana.upload(tmp_path / "rejected-rows.csv"), within=60)["result"]
    twice = written.defects["duplicate"]
    assert (again["created"], again["skipped"], again["failed"]) == (0, twice, bad - twice)


def test_a_file_of_a_portuguese_spreadsheet_is_imported(
    tmp_path: Path, stack: Stack, ana: ApiClient
) -> None:
    path = tmp_path / "planilha.csv"
    lines = (
        "\ufeffE-mail;Nome;Observação;Telefone",
        'joao@example.com;João da Silva;"duas\r\nlinhas; e um ""ponto""";+55 11 91234',
        "ines.example.com;Inês;;",
        "",
        'thais@example.com;"Souza; Thaís";;',
    )
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    document = await_end(ana, ana.upload(path), within=60)
    assert document["status"] == "SUCCESS"
    assert document["file"]["delimiter"] == ";"
    assert document["ignored_columns"] == ["Observação"]
    assert (document["result"]["created"], document["result"]["failed"]) == (2, 1)
    assert [(row["line"], row["record"], row["code"]) for row in document["errors"]] == [
        (4, 2, "invalid_email")
    ]
    with as_admin(stack) as admin:
        users = admin.status(f"/api/v1/users/?import={document['task_id']}")["results"]
    assert {user["name"] for user in users} == {"João da Silva", "Souza; Thaís"}
