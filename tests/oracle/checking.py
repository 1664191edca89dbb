"""The actual result of an import, in the same form as the expected one."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import run
from tests.oracle import reading
from tests.oracle.attributes import Attributes
from tests.oracle.header import guard_formula
from tests.oracle.reference import Expected
from tests.oracle.uploads import upload
from tests.oracle.users import UserRow, UserTable
from users_uc.models import Attribute, User

_FILE = ("encoding", "delimiter", "compression", "header_line")
_WIDER = ("too_many_columns", "invalid_utf8", "undecodable")
"""The codes of rows that may have more cells in rejected-rows.csv than its header."""
RETURNED_OUTCOMES = ("failed", "skipped", "unchanged")


def expected_report(expected: Expected) -> dict[str, Any]:
    """Return what `actual_report` must return."""
    if expected.refused:
        return {"refused": expected.refused, "users": expected.users}
    return {
        "status": (expected.status, expected.error),
        "counts": expected.counts,
        "file": expected.file,
        "errors": [(r.line, r.record, r.column, r.code) for r in expected.with_outcome("failed")],
        "left out": (expected.left_out, expected.left_out > 0),
        "failed rows": _expected_rows(expected, ["failed"]),
        "all rows": _expected_rows(expected, RETURNED_OUTCOMES),
        "results": _expected_results(expected),
        "some stay inactive": any(r.stays_inactive for r in expected.with_outcome("skipped")),
        "users": expected.users,
    }


def actual_report(client: APIClient, data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """Upload `data`, import it and return the result."""
    document = import_file(client, data, options)
    if "refused" in document:
        return document | {"users": all_users()}
    file = document["file"]
    return {
        "status": (document["status"], (document["error"] or {"code": ""})["code"]),
        "counts": document["result"],
        "file": {name: file.get(name) for name in _FILE},
        "errors": _errors(client, document),
        "left out": _left_out(client, document),
        "failed rows": _rows(client, document),
        "all rows": _rows(client, document, include="skipped,unchanged"),
        "results": _results(client, document),
        "some stay inactive": "deactivated_by_user" in {w["code"] for w in document["warnings"]},
        "users": all_users(document["task_id"]),
    }


def import_file(client: APIClient, data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """Import `data` through the API and return the job's final status document.

    For a refused upload (a 400), return only the error code.
    """
    answer = upload(client, data, options)
    if answer.status_code == 400:
        return {"refused": answer.json()["error"]["code"]}
    assert answer.status_code == 202, answer.content
    run(ImportJob.objects.get(id=answer.json()["task_id"]))
    document: dict[str, Any] = client.get(answer.json()["status_url"]).json()
    return document


def download(client: APIClient, document: Mapping[str, Any]) -> bytes:
    """Return the contents of rejected-rows.csv."""
    answer = client.get(document["links"]["failed_rows"])
    assert answer.status_code == 200
    content: bytes = answer.getvalue()
    return content


def all_users(job_id: str = "") -> dict[str, UserRow]:
    """Return all users by e-mail address; `imported` is true for those that the job created."""
    return {
        user.email: UserRow(
            email=user.email,
            external_id=user.external_id or "",
            name=user.name,
            phone=user.phone,
            is_active=user.is_active,
            deactivated_by_user=user.deactivated_by_user,
            is_staff=user.is_staff,
            is_superuser=user.is_superuser,
            has_password=user.has_usable_password(),
            must_change_password=user.must_change_password,
            email_verified=user.has_verified_email(),
            attributes=user.attributes,
            imported=str(user.import_id) == job_id,
        )
        for user in User.objects.all()
    }


def create_users(users: Sequence[UserRow]) -> UserTable:
    """Insert these users and return all users."""
    User.objects.bulk_create(
        User(
            email=user.email,
            external_id=user.external_id or None,
            name=user.name,
            phone=user.phone,
            is_active=user.is_active,
            deactivated_by_user=user.deactivated_by_user,
            is_staff=user.is_staff,
            is_superuser=user.is_superuser,
            password="known" if user.has_password else "!",
            must_change_password=user.must_change_password,
            verified_email=user.email if user.email_verified else "",
            attributes=user.attributes,
        )
        for user in users
    )
    return all_users()


def declare(attributes: Attributes) -> None:
    """Make these the only declared attributes."""
    Attribute.objects.all().delete()
    Attribute.objects.bulk_create(
        Attribute(
            name=one.name,
            type=one.type,
            choices=list(one.choices),
            required=one.required,
            headers=list(one.headers),
            label_en=one.labels[0],
            label_pt_br=one.labels[1],
        )
        for one in attributes
    )


def _errors(client: APIClient, document: Mapping[str, Any]) -> list[tuple[int, int, str, str]]:
    rows = []
    url = f"{document['links']['errors']}?page_size={7 + document['result']['failed'] // 10}"
    while url:
        page = client.get(url).json()
        rows += [(r["line"], r["record"], r["column"], r["code"]) for r in page["results"]]
        url = page["next"]
    return rows


def _left_out(client: APIClient, document: Mapping[str, Any]) -> tuple[int, bool]:
    """Return the number of rejected rows that are not listed, and whether a warning says so."""
    codes = [warning["code"] for warning in document["warnings"]]
    return client.get(document["links"]["errors"]).json()["left_out"], "rows_left_out" in codes


type ReturnedRows = list[list[str]] | str


def _expected_rows(expected: Expected, outcomes: Sequence[str]) -> ReturnedRows:
    header = expected.header
    assert header is not None
    if header.has_secrets:
        return "had_secrets"
    return [
        [*_without_empty_end(r.returned_cells), str(r.line), r.column, r.code or r.outcome]
        for r in expected.with_outcome(*outcomes)
    ]


def _rows(client: APIClient, document: Mapping[str, Any], **query: str) -> ReturnedRows:
    """Return the data rows of rejected-rows.csv without the messages, or the error code."""
    answer = client.get(document["links"]["failed_rows"], query)
    if answer.status_code != 200:
        return str(answer.json()["error"]["code"])
    file = document["file"]
    _, text = reading.decoded(answer.getvalue(), file["encoding"])
    lines = reading.physical_lines(text)
    start = 1 if reading.separator(lines) else 0
    header, *rows = [r.cells or [] for r in reading.records(lines, file["delimiter"], start=start)]
    for row in rows:
        assert len(row) == len(header) or row[-2] in _WIDER, row
    return [[*_without_empty_end(row[:-4]), *row[-4:-1]] for row in rows]


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    """Remove the empty cells at the end, which only keep the error columns in their place."""
    last = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return list(cells[:last])


def _expected_results(expected: Expected) -> list[list[str]]:
    listed = {result.record for result in expected.with_outcome("failed")}
    rows = []
    for result in expected.results:
        is_listed = result.outcome != "failed" or result.record in listed
        if not is_listed and not result.is_rejected_while_loading:
            continue
        outcome = "rejected" if result.outcome == "failed" else result.outcome
        code = "deactivated_by_user" if result.stays_inactive else result.code
        keys = ["", ""] if outcome == "rejected" else [result.email, result.external_id]
        known = [outcome, code if is_listed else "", result.user, result.changed]
        rows.append([str(result.line), str(result.record), *map(guard_formula, keys), *known])
    return rows


def _results(client: APIClient, document: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of results.csv, with the user's e-mail address instead of the id."""
    answer = client.get(document["links"]["results"])
    assert answer.status_code == 200
    emails = {str(pk): email for pk, email in User.objects.values_list("pk", "email")}
    rows = []
    for row in list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))[1:]:
        line, record, email, external_id, user_id, outcome, code, changed = row
        keys = ["", ""] if outcome == "rejected" else [email, external_id]
        rows.append([line, record, *keys, outcome, code, emails.get(user_id, user_id), changed])
    return rows
