"""What is true after a real import, in the form of what the reference expects."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import run
from tests.oracle import reading
from tests.oracle.reference import Expected, Person, Table
from tests.oracle.uploads import upload
from users_uc.models import User

ALL_BUT_LOADED = ("failed", "skipped", "unchanged")


def wanted(expected: Expected) -> dict[str, Any]:
    """What `seen` has to be."""
    if expected.refused:
        return {"refused": expected.refused, "people": expected.people}
    answers = expected.answers
    return {
        "status": (expected.status, expected.error),
        "counts": expected.counts,
        "file": expected.file,
        "errors": [(a.line, a.record, a.column, a.code) for a in answers if a.code],
        "failed rows": _wanted_rows(expected, ["failed"]),
        "all rows": _wanted_rows(expected, ALL_BUT_LOADED),
        "people": expected.people,
    }


def seen(client: APIClient, data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """What the upload of `data` has led to."""
    document = imported(client, data, options)
    if "refused" in document:
        return document | {"people": users()}
    file = document["file"]
    return {
        "status": (document["status"], (document["error"] or {"code": ""})["code"]),
        "counts": document["result"],
        "file": {name: file.get(name) for name in ("encoding", "delimiter", "compression")},
        "errors": _errors(client, document),
        "failed rows": _rows(client, document),
        "all rows": _rows(client, document, include="skipped,unchanged"),
        "people": users(document["task_id"]),
    }


def imported(client: APIClient, data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """The status document of the job at its end; of a 400 only its code."""
    answer = upload(client, data, options)
    if answer.status_code == 400:
        return {"refused": answer.json()["error"]["code"]}
    assert answer.status_code == 202, answer.content
    run(ImportJob.objects.get(id=answer.json()["task_id"]))
    document: dict[str, Any] = client.get(answer.json()["status_url"]).json()
    return document


def download(client: APIClient, document: Mapping[str, Any]) -> bytes:
    """failed-rows.csv."""
    answer = client.get(document["links"]["failed_rows"])
    assert answer.status_code == 200
    content: bytes = answer.getvalue()
    return content


def users(job_id: str = "") -> dict[str, Person]:
    """The users table."""
    return {
        user.email: Person(
            email=user.email,
            name=user.name,
            phone=user.phone,
            is_active=user.is_active,
            is_staff=user.is_staff,
            is_superuser=user.is_superuser,
            has_password=user.has_usable_password(),
            imported=str(user.import_id) == job_id,
        )
        for user in User.objects.all()
    }


def exist(people: Sequence[Person]) -> Table:
    """They are in the users table; all who are there now."""
    User.objects.bulk_create(
        User(
            email=person.email,
            name=person.name,
            phone=person.phone,
            is_active=person.is_active,
            is_staff=person.is_staff,
            is_superuser=person.is_superuser,
            password="known" if person.has_password else "!",
        )
        for person in people
    )
    return users()


def _errors(client: APIClient, document: Mapping[str, Any]) -> list[tuple[int, int, str, str]]:
    rows = []
    url = f"{document['links']['errors']}?page_size={7 + document['result']['failed'] // 10}"
    while url:
        page = client.get(url).json()
        rows += [(r["line"], r["record"], r["column"], r["code"]) for r in page["results"]]
        url = page["next"]
    return rows


type Returned = list[list[str]] | str


def _wanted_rows(expected: Expected, outcomes: Sequence[str]) -> Returned:
    header = expected.header
    assert header is not None
    if header.has_secrets:
        return "had_secrets"
    return [
        [*_filled(a.shown), str(a.line), a.column, a.code or a.outcome]
        for a in expected.answers
        if a.outcome in outcomes
    ]


def _rows(client: APIClient, document: Mapping[str, Any], **query: str) -> Returned:
    """The data rows of failed-rows.csv, without the messages, or the code of its refusal."""
    answer = client.get(document["links"]["failed_rows"], query)
    if answer.status_code != 200:
        return str(answer.json()["error"]["code"])
    file = document["file"]
    _, text = reading.decoded(answer.getvalue(), file["encoding"])
    lines = reading.physical_lines(text)
    start = 1 if reading.separator(lines) else 0
    records = list(reading.records(lines, file["delimiter"], start=start))[1:]
    rows = [record.cells or [] for record in records]
    return [[*_filled(row[:-4]), *row[-4:-1]] for row in rows]


def _filled(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end, which only keep the error columns in their place."""
    last = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return list(cells[:last])
