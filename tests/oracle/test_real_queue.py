"""The same through real gunicorn, a queue in Valkey and workers."""

from collections.abc import Iterator, Mapping, Sequence

import httpx
import psycopg
import pytest
from psycopg.rows import class_row

from local.stack import Stack
from tests.oracle.messy import Messy, messy
from tests.oracle.reference import Person, Table, expected
from tests.oracle.seeds import SEED, chance_for
from tests.oracle.uploads import UPLOAD
from tests.stacks import as_admin, await_end, running

pytestmark = pytest.mark.xdist_group("stack")
FILES = 6
_USERS = """
    SELECT email, name, phone, is_active, is_staff, is_superuser,
           password NOT LIKE '!%%' AS has_password, import_id IS NOT DISTINCT FROM %s AS imported
    FROM users_uc_user
"""
_EXIST = """
    INSERT INTO users_uc_user
           (email, name, phone, is_active, is_staff, is_superuser, password, import_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, gen_random_uuid()) ON CONFLICT DO NOTHING
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With chunks so small that a file has many."""
    data = tmp_path_factory.mktemp("oracle") / "data"
    with running(data, IMPORT_CHUNK_ROWS="7") as stack:
        yield stack


@pytest.mark.parametrize("number", range(FILES))
def test_workers_do_what_the_reference_says(stack: Stack, number: int) -> None:
    """Fails when a chunk is lost or forgotten on its way through the queue."""
    file = _accepted_file(number)
    options = {"mode": "upsert" if number % 2 else "create"} | file.options
    _exist(stack, file.people)
    wanted = expected(file.data, options, _users(stack))
    about = f"ORACLE_SEED={SEED} number {number}: {options} {file.data!r}"
    with as_admin(stack) as admin:
        headers = {"Authorization": f"Bearer {admin.token}"}
        accepted = httpx.post(
            f"{stack.base_url}{UPLOAD}",
            headers=headers,
            files={"file": ("people.csv", file.data)},
            data=options,
            trust_env=False,
        )
        assert accepted.status_code == 202, about
        document = await_end(admin, accepted.json()["status_url"], within=60)
    assert (document["status"], document["result"]) == (wanted.status, wanted.counts), about
    assert _users(stack, document["task_id"]) == wanted.people, about


def _accepted_file(number: int) -> Messy:
    """One that is not refused at once."""
    chance = chance_for("queue", number)
    while expected((file := messy(chance, rows=300)).data, file.options, {}).refused:
        pass
    return file


def _exist(stack: Stack, people: Sequence[Person]) -> None:
    with psycopg.connect(stack.site.database_url()) as connection:
        for p in people:
            password = "known" if p.has_password else "!"
            values = (p.email, p.name, p.phone, p.is_active, p.is_staff, p.is_superuser, password)
            connection.execute(_EXIST, values)


def _users(stack: Stack, job_id: str | None = None) -> Table:
    """Who was imported by another job was not imported by this one."""
    job = job_id or "00000000-0000-0000-0000-000000000000"
    with (
        psycopg.connect(stack.site.database_url()) as connection,
        connection.cursor(row_factory=class_row(Person)) as cursor,
    ):
        people: Mapping[str, Person] = {p.email: p for p in cursor.execute(_USERS, [job])}
    return people
