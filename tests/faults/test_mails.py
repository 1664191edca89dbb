"""Invitations while their senders die: each active user gets one, and no other user gets any."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from functools import partial

import psutil
import pytest

from local.ports import HOST, free_port
from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.failpoints import kill
from tests.faults.judge import judge
from tests.faults.shared import SharedSystem
from tests.faults.system import System, started
from tests.mails import Mailbox, serving
from tests.stacks import ADMIN

ROWS = 80
PLACES = ("mail_claimed", "committing", "mail_marked", "mail_sent")
"""In an order in which a process that goes on at one place does not reach the next one."""
SLOW_COMMITS = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(60) WHERE pg_postmaster_start_time() = '{start}'; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE OF sent_at ON users_uc_mail
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
"""
"""Make the commit of a sent mail take a minute, unless PostgreSQL started later than at `start`."""
OPEN = "SELECT count(*) FROM users_uc_mail WHERE sent_at IS NULL AND given_up_at IS NULL"


pytestmark = pytest.mark.xdist_group("mails")


@pytest.fixture(scope="module")
def port() -> int:
    """Return the port of the mail server of all tests."""
    return free_port()


@pytest.fixture(scope="module")
def shared_system(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[SharedSystem]:
    """Return a system that sends its mails to the port without a rate limit."""
    env = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(port), "INVITATIONS_PER_MINUTE": "100000"}
    shared = SharedSystem(tmp_path_factory.mktemp("mails"), partial(started, env=env))
    yield shared
    shared.end()


@pytest.fixture
def mailbox(port: int) -> Iterator[Mailbox]:
    """Run a mail server without faults."""
    mailbox = Mailbox(port)
    with serving(mailbox):
        yield mailbox


def assert_one_invitation_each(
    system: System, mailbox: Mailbox, *uploads: Upload, within: float = 180
) -> None:
    """Wait for the end of the imports and mails; check that each active user has one mail."""
    judge(system, *uploads)
    wait_until(lambda: system.number(OPEN) == 0, timeout=within, what="all mails must be sent")
    mails = Counter(str(mail["To"]) for mail in mailbox.mails)
    active = {person.email for person in system.users().values() if person.is_active}
    assert active
    assert mails == Counter(active)


def test_senders_are_killed(system: System, mailbox: Mailbox) -> None:
    uploads = []
    for place in PLACES:
        system.failpoints.arm(place)
        data = system.people_file(ROWS, prefix=place)
        uploads.append(system.api.upload(data, invite="true"))
        kill(system.failpoints.reached(place))
    assert_one_invitation_each(system, mailbox, *uploads)


def test_an_import_whose_end_is_not_committed_sends_one_notice(
    system: System, mailbox: Mailbox
) -> None:
    system.failpoints.arm("finishing")
    upload = system.api.upload(system.people_file(ROWS), notify="true")
    kill(system.failpoints.reached("finishing"))
    judge(system, upload)
    await_mails(mailbox, 1)
    wait_until(lambda: system.number(OPEN) == 0, timeout=180, what="all mails must be sent")
    assert [str(mail["To"]) for mail in mailbox.mails] == [ADMIN]


def test_frozen_senders_are_replaced_and_send_nothing_later(
    system: System, mailbox: Mailbox
) -> None:
    """A sender is frozen at each failpoint, and continues when the other process has sent all."""
    uploads = []
    for place in PLACES:
        system.failpoints.arm(place)
        data = system.people_file(ROWS, prefix=place)
        uploads.append(system.api.upload(data, invite="true"))
        sender = system.failpoints.reached(place)
        assert_one_invitation_each(system, mailbox, *uploads)
        sender.resume()
    data = system.people_file(ROWS, prefix="later")
    uploads.append(system.api.upload(data, invite="true"))
    assert_one_invitation_each(system, mailbox, *uploads)


def test_postgresql_ends_while_a_mail_is_marked(system: System, mailbox: Mailbox) -> None:
    system.failpoints.arm("mail_marked")
    upload = system.api.upload(system.people_file(ROWS), invite="true")
    sender = system.failpoints.reached("mail_marked")
    system.kill_group("postgres")
    sender.resume()
    assert_one_invitation_each(system, mailbox, upload)


def end_postgresql_at_the_first_mail(
    system: System, mailbox: Mailbox, *, answer: str = "250 OK"
) -> None:
    """Have the mail server end PostgreSQL when it has the first mail, and then answer.

    The answer comes after the sender has noticed the end of PostgreSQL.
    """
    postgres = os.getpgid(system.process("postgres").pid)
    worker = system.process("worker-mail")
    ports = {mailbox.port, system.stack.site.postgres_port}

    def has_noticed() -> bool:
        return not any(ports <= ports_of(process) for process in worker.children())

    def end_postgresql() -> str:
        mailbox.at_end = lambda: "250 OK"
        os.killpg(postgres, signal.SIGKILL)
        wait_until(has_noticed, timeout=10, what="the sender must notice it")
        return answer

    mailbox.at_end = end_postgresql


def ports_of(process: psutil.Process) -> set[int]:
    """Return the ports to which the process is connected."""
    connections = process.net_connections()
    return {it.raddr.port for it in connections if it.status != psutil.CONN_LISTEN}


def test_postgresql_ends_while_a_mail_is_committed(system: System, mailbox: Mailbox) -> None:
    """The sender does not know whether its mark is stored, and waits to mark the mail again."""
    ((start,),) = system.rows("SELECT pg_postmaster_start_time()")
    system.rows(SLOW_COMMITS.format(start=start))
    end_postgresql_at_the_first_mail(system, mailbox)
    upload = system.api.upload(system.people_file(ROWS), invite="true")
    await_mails(mailbox, 2)
    assert_one_invitation_each(system, mailbox, upload)


def test_postgresql_ends_while_a_mail_is_refused(system: System, mailbox: Mailbox) -> None:
    """The mail is marked as sent by then, and the sender waits to take that back."""
    end_postgresql_at_the_first_mail(system, mailbox, answer="451 4.7.1 try again later")
    upload = system.api.upload(system.people_file(ROWS), invite="true")
    await_mails(mailbox, 2)
    assert_one_invitation_each(system, mailbox, upload)


def test_the_mail_server_comes_and_goes(system: System, port: int) -> None:
    mailbox = Mailbox(port)
    upload = system.api.upload(system.people_file(ROWS), invite="true")
    system.api.await_end(upload)
    for wanted in (ROWS // 3, ROWS // 2):
        with serving(mailbox):
            await_mails(mailbox, wanted)
    with serving(mailbox):
        assert_one_invitation_each(system, mailbox, upload)


def await_mails(mailbox: Mailbox, number: int) -> None:
    """Wait until the mailbox has this number of mails."""
    wait_until(lambda: len(mailbox.mails) >= number, timeout=60, what="mails must come")


@pytest.mark.long
def test_every_process_is_killed_in_turn(system: System, mailbox: Mailbox) -> None:
    upload = system.api.upload(system.people_file(4 * ROWS), invite="true")
    for name in 2 * ("worker", "worker-mail", "postgres", "valkey", "beat"):
        await_mails(mailbox, len(mailbox.mails) + 20)
        system.kill_group(name)
    await_mails(mailbox, len(mailbox.mails) + 20)
    assert_one_invitation_each(system, mailbox, upload)
