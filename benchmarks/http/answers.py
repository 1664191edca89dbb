"""The comparison of a service's answers with the database."""

import random
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from benchmarks.checks import must_be
from benchmarks.http.ours import LIST, ME
from benchmarks.http.service import Service
from benchmarks.system import EMAIL, System

_COLUMNS = (
    *("id", "email", "name", "phone", "is_active", "is_staff", "is_superuser"),
    *("date_joined", "import_id"),
)
"""The fields of a user that both services return."""
_SAMPLE_SIZE = 20


def check(service: Service, endpoint: str, system: System) -> None:
    """Request a sample of the measured paths again, and compare every value."""
    paths = service.paths[endpoint]
    for path in random.sample(paths, min(_SAMPLE_SIZE, len(paths))):
        document = service.get(path).json()
        users = document.get("results") or document.get("data") or [document]
        actual = [{name: user[name] for name in _COLUMNS} for user in users]
        must_be(f"{service.name}, {path}", actual, _in_database(system, endpoint, path))


def _in_database(system: System, endpoint: str, path: str) -> list[dict[str, Any]]:
    condition, value = "id = %s", path.strip("/").rpartition("/")[2]
    if endpoint == ME:
        condition, value = "email = %s", EMAIL
    elif endpoint == LIST:
        condition, value = "%s = ''", ""
    statement = (
        f"SELECT {', '.join(_COLUMNS)} FROM users_uc_user WHERE {condition} "  # noqa: S608
        "ORDER BY id DESC LIMIT 20"
    )
    with system.database.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement.encode(), [value]).fetchall()
    return [{name: _as_json(value) for name, value in row.items()} for row in rows]


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, bool | int | str | None) else str(value)
