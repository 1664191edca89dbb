"""Messages that are delivered again or come from another version."""

from local.waiting import wait_until
from tests.faults.conftest import Start
from tests.faults.failpoints import kill
from tests.faults.judge import judge
from tests.faults.system import System

ROWS = 3000
ATTEMPTS = "SELECT max(attempts) FROM tasks_importchunk"


def test_9_a_task_takes_longer_than_the_visibility_timeout(start: Start) -> None:
    """The message is delivered to other processes repeatedly; the chunk is loaded once."""
    system = start(workers=2, VISIBILITY_TIMEOUT_SECONDS="1", LOADER_STALL_SECONDS="60")
    system.failpoints.arm("loading")
    upload = system.api.upload(system.people_file(400))
    loader = system.failpoints.reached("loading")
    log = system.stack.data / "logs" / "worker.log"
    is_redelivered = lambda: log.read_text().count("tasks.load_chunk") > 6  # noqa: E731
    wait_until(is_redelivered, timeout=30, what="the message must be delivered again")
    loader.resume()
    judge(system, upload)
    assert system.starts(upload.job, 1) == 1


def test_10_the_same_message_arrives_five_times(start: Start) -> None:
    """Messages that arrive during and after the first spend no attempt."""
    system = start(LOADER_STALL_SECONDS="60")
    system.failpoints.arm("planning")
    upload = system.api.upload(system.people_file(ROWS))
    planner = system.failpoints.reached("planning")
    system.publish_again(upload.job, times=2)
    with system.redis() as redis:
        is_empty = lambda: not redis.llen("imports")  # noqa: E731
        wait_until(is_empty, timeout=30, what="the messages must be delivered")
    planner.resume()
    system.api.await_end(upload)
    system.publish_again(upload.job, times=3)
    with system.redis() as redis:
        is_empty = lambda: not redis.llen("imports") and not redis.hlen("unacked")  # noqa: E731
        wait_until(is_empty, timeout=30, what="the messages must be acknowledged")
    judge(system, upload)
    assert system.starts(upload.job) == 1
    assert system.number(ATTEMPTS) == 1


def test_29_messages_of_a_later_version_have_unknown_arguments(system: System) -> None:
    """The planner and the loaders get messages with and without unknown arguments.

    Beat is stopped, so that no task republishes a message that failed. The messages without
    unknown arguments show that this version also accepts those of an earlier one.
    """
    system.stack.stop_process("beat")
    system.stack.stop_process("worker")
    upload = system.api.upload(system.people_file(ROWS))
    with system.redis() as redis:
        assert redis.delete("imports") == 1
    _send(system, "process_csv", [[upload.job, "later"]])
    system.failpoints.arm("plan_committed")
    system.stack.start(["worker"])
    planner = system.failpoints.reached("plan_committed")
    numbers = range(1, system.number("SELECT count(*) FROM tasks_importchunk") + 1)
    _send(system, "load_chunk", [[upload.job, n] + ["later"] * (n % 2) for n in numbers])
    kill(planner)
    judge(system, upload)


def _send(system: System, task: str, messages: list[list[object]]) -> None:
    """Publish a message for each list of arguments. "later" stands for what is unknown."""
    system.shell(
        "from core.celery import app\n"
        f"for arguments in {messages!r}:\n"
        "    more = {'priority': 'later'} if arguments[-1] == 'later' else {}\n"
        f"    app.send_task('tasks.{task}', arguments, more, queue='imports')"
    )
