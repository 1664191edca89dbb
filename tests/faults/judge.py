"""The judge of all faults: PostgreSQL, the reference importer and the status must agree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from local.api_client import Json
from tests.faults.api import Upload
from tests.faults.system import System
from tests.oracle.reference import OUTCOMES, expected
from tests.oracle.users import UserRow

_COUNTS = "SELECT status, rows, created, updated, unchanged, skipped, failed, not_loaded"
_OF_CHUNKS = """
    SELECT coalesce(sum(created), 0), coalesce(sum(updated), 0), coalesce(sum(unchanged), 0),
           coalesce(sum(skipped), 0)
    FROM tasks_importchunk WHERE job_id = %s
"""


def judge(
    system: System,
    *uploads: Upload,
    before: Mapping[str, UserRow] | None = None,
    within: float = 60,
) -> None:
    """Check that every upload ended with the expected result and that nothing else changed.

    `uploads` are all accepted uploads, in the order of their imports if they share users.
    `before` has the users before the uploads, by e-mail address.
    """
    users: Mapping[str, UserRow] = before or {}
    for upload in uploads:
        users = _judge_one(system, upload, users, within=within)
    assert system.users() == users
    assert_only_503(system)


def judge_independent(system: System, uploads: Sequence[Upload], *, within: float) -> None:
    """Check many uploads that share no users."""
    users: dict[str, UserRow] = {}
    for upload in uploads:
        users |= _judge_one(system, upload, {}, within=within)
    assert system.users() == users
    assert_only_503(system)


def _judge_one(
    system: System, upload: Upload, before: Mapping[str, UserRow], *, within: float
) -> dict[str, UserRow]:
    """Check one upload and return the expected users after it."""
    document = system.api.await_end(upload, within=within)
    wanted = expected(upload.data, upload.options, before)
    assert (document["status"], document["result"]) == (wanted.status, wanted.counts), document
    assert_consistent(system, upload, document)
    return {email: replace(p, imported=False) for email, p in wanted.users.items()}


def assert_consistent(system: System, upload: Upload, document: Json) -> None:
    """Check the status against PostgreSQL, the sum of the counts, and that the job ended once."""
    result = document["result"]
    assert result["rows"] == sum(result[name] for name in OUTCOMES)
    (job,) = system.rows(f"{_COUNTS} FROM tasks_importjob WHERE id = %s", [upload.job])
    assert job == (document["status"], result["rows"], *(result[name] for name in OUTCOMES))
    chunks = system.rows(_OF_CHUNKS, [upload.job])[0]
    assert chunks == tuple(result[name] for name in OUTCOMES[:4])
    count = "SELECT count(*) FROM"
    created = f"{count} users_uc_user WHERE import_id = %s"
    assert system.number(created, [upload.job]) == result["created"]
    rejected = f"{count} tasks_importrowerror WHERE job_id = %s"
    assert system.number(rejected, [upload.job]) == result["failed"]
    ends = system.rows("SELECT status FROM audit_ends WHERE job = %s", [upload.job])
    assert ends == [(document["status"],)]


def assert_only_503(system: System) -> None:
    """Check that 503 is the only 5xx status of all answers."""
    assert {status for status in system.api.statuses if status >= 500} <= {503}
