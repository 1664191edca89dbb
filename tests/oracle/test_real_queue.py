"""Messy files imported by a running system: gunicorn, a queue in Valkey and Celery workers."""

from collections.abc import Iterator, Mapping, Sequence

import httpx
import psycopg
import pytest
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from local.stack import Stack
from tests.oracle.attributes import Attributes
from tests.oracle.messy import MessyFile, messy_file
from tests.oracle.reference import expected
from tests.oracle.seeds import SEED, rng_for
from tests.oracle.uploads import UPLOAD
from tests.oracle.users import UserRow, UserTable
from tests.stacks import as_admin, await_end, running

pytestmark = pytest.mark.xdist_group("stack")
FILES = 6
_USERS = """
    SELECT email, name, phone, is_active, deactivated_by_user, is_staff, is_superuser,
           attributes, must_change_password, verified_email = email AS email_verified,
           password NOT LIKE '!%%' AS has_password, import_id IS NOT DISTINCT FROM %s AS imported
    FROM users_uc_user
"""
_INSERT = """
    INSERT INTO users_uc_user
           (email, name, phone, is_active, deactivated_by_user, is_staff, is_superuser, password,
            attributes, import_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, gen_random_uuid()) ON CONFLICT DO NOTHING
"""
_DECLARE = """
    INSERT INTO users_uc_attribute
           (name, type, choices, required, headers, label_en, label_pt_br)
    VALUES (%s, %s, %s::text[], %s, %s::text[], %s, %s)
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Yield a running system with chunks so small that a file has many of them."""
    data = tmp_path_factory.mktemp("oracle") / "data"
    with running(data, IMPORT_CHUNK_ROWS="7") as stack:
        yield stack


@pytest.mark.parametrize("number", range(FILES))
def test_the_running_system_matches_the_reference(stack: Stack, number: int) -> None:
    """Fails if a chunk is lost on its way through the queue."""
    file = _accepted_file(number)
    options = {"mode": "upsert" if number % 2 else "create"} | file.options
    _declare(stack, file.attributes)
    _create_users(stack, file.users)
    wanted = expected(
        file.data, options, _all_users(stack), attributes=file.attributes, by_superuser=True
    )
    context = f"ORACLE_SEED={SEED} number {number}: {options} {file.attributes} {file.data!r}"
    with as_admin(stack) as admin:
        headers = {"Authorization": f"Bearer {admin.token}"}
        accepted = httpx.post(
            f"{stack.base_url}{UPLOAD}",
            headers=headers,
            files={"file": ("people.csv", file.data)},
            data=options,
            trust_env=False,
        )
        assert accepted.status_code == 202, context
        document = await_end(admin, accepted.json()["status_url"], within=60)
    assert (document["status"], document["result"]) == (wanted.status, wanted.counts), context
    assert _all_users(stack, document["task_id"]) == wanted.users, context


def _accepted_file(number: int) -> MessyFile:
    """Return a file whose upload is accepted.

    It has no external ids: whether one is taken may depend on the chunk that is loaded first.
    """
    rng = rng_for("queue", number)
    while True:
        file = messy_file(rng, rows=300)
        header = expected(file.data, file.options, {}, attributes=file.attributes).header
        if header and "external_id" not in header.fields.values():
            return file


def _declare(stack: Stack, attributes: Attributes) -> None:
    """Make these the only declared attributes."""
    with psycopg.connect(stack.site.database_url()) as connection:
        connection.execute("DELETE FROM users_uc_attribute")
        for one in attributes:
            texts = (list(one.choices), one.required, list(one.headers), *one.labels)
            connection.execute(_DECLARE, (one.name, one.type, *texts))


def _create_users(stack: Stack, users: Sequence[UserRow]) -> None:
    with psycopg.connect(stack.site.database_url()) as connection:
        for u in users:
            password = "known" if u.has_password else "!"
            active = (u.is_active, u.deactivated_by_user)
            rights = (u.is_staff, u.is_superuser, password)
            values = (*active, *rights, Jsonb(u.attributes))
            connection.execute(_INSERT, (u.email, u.name, u.phone, *values))


def _all_users(stack: Stack, job_id: str | None = None) -> UserTable:
    """Return all users; `imported` is true only for those that this job created."""
    job = job_id or "00000000-0000-0000-0000-000000000000"
    with (
        psycopg.connect(stack.site.database_url()) as connection,
        connection.cursor(row_factory=class_row(UserRow)) as cursor,
    ):
        users: Mapping[str, UserRow] = {u.email: u for u in cursor.execute(_USERS, [job])}
    return users
