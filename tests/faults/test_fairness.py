"""One user's many small files and another user's one."""

from contextlib import closing

import pytest

from local.waiting import wait_until
from tests.faults.api import Api
from tests.faults.conftest import Start
from tests.faults.judge import judge
from tests.faults.system import System
from tests.stacks import PASSWORD

OTHER = "other@example.com"
CREATE = f"""
from users_uc.models import User
User.objects.create_superuser({OTHER!r}, {PASSWORD!r})
"""
UNFINISHED = "SELECT count(*) FROM tasks_importjob WHERE finished_at IS NULL"
ENDED_MEANWHILE = """
WITH last AS (SELECT * FROM tasks_importjob ORDER BY created_at DESC LIMIT 1)
SELECT count(*) FROM tasks_importjob AS job, last
WHERE job.finished_at > last.created_at AND job.finished_at < last.finished_at
"""
"""The imports that end between the upload and the end of the last one."""
ENDED = "SELECT count(*) FROM tasks_importjob WHERE status = 'SUCCESS'"


def started(start: Start, **env: str) -> System:
    """Start a system whose files are all small."""
    return start(workers=2, IMPORT_SMALL_FILE_SIZE="5000000", IMPORT_MAX_WAITING="1000", **env)


@pytest.mark.parametrize("files", [40, pytest.param(100, marks=pytest.mark.long)])
def test_one_file_does_not_wait_for_many_files_of_another_user(start: Start, files: int) -> None:
    """The other file overtakes those that wait. The load test measures the time."""
    system = started(start)
    system.shell(CREATE)
    system.stack.stop_process("worker-small")
    for number in range(files):
        system.api.upload(f"email\np{number}@x.com\n".encode())
    assert system.number(UNFINISHED) == files
    system.stack.start(["worker-small"])
    with closing(Api(system.stack.base_url, email=OTHER)) as other:
        document = other.await_end(other.upload(b"email\nsingle@x.com\n"))
        assert document["result"]["created"] == 1
    assert system.number(ENDED_MEANWHILE) < files // 4
    wait_until(lambda: system.number(ENDED) == files + 1, timeout=120, what="all files must end")


def test_a_worker_dies_between_the_end_of_a_file_and_the_next(start: Start) -> None:
    system = started(start, IMPORT_QUEUED_PER_USER="1")
    system.failpoints.arm("load_committed")
    uploads = [system.api.upload(system.people_file(5, prefix=f"f{n}")) for n in range(4)]
    loader = system.failpoints.reached("load_committed")
    system.failpoints.arm("finished")
    loader.resume()
    system.failpoints.reached("finished")
    system.kill_group("worker-small")
    with system.redis() as redis:
        redis.flushall()  # the message of the ended file would come again, and queue the next one
    system.stack.start(["worker-small"])
    judge(system, *uploads)
