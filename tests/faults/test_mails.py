"""Invitations while their senders die: each active user gets one, and no other user gets any."""

from collections import Counter
from collections.abc import Iterator

import pytest

from local.ports import HOST
from local.waiting import wait_until
from tests.faults.api import Upload
from tests.faults.conftest import Start
from tests.faults.failpoints import kill
from tests.faults.judge import judge
from tests.faults.system import System
from tests.mails import Mailbox, serving

ROWS = 300
PLACES = ("mail_claimed", "mail_marked", "mail_sent")
OPEN = "SELECT count(*) FROM users_uc_mail WHERE sent_at IS NULL AND given_up_at IS NULL"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server without faults."""
    mailbox = Mailbox()
    with serving(mailbox):
        yield mailbox


def started(start: Start, mailbox: Mailbox, *, workers: int = 2) -> System:
    """Start a system that sends its mails to the mailbox without a rate limit."""
    env = {"EMAIL_HOST": HOST, "EMAIL_PORT": str(mailbox.port), "INVITATIONS_PER_MINUTE": "100000"}
    return start(workers=workers, **env)


@pytest.fixture
def system(start: Start, mailbox: Mailbox) -> System:
    """Start a system that sends its mails to the mailbox."""
    return started(start, mailbox)


def assert_one_invitation_each(
    system: System, mailbox: Mailbox, *uploads: Upload, within: float = 90
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


def test_the_mail_server_comes_and_goes(start: Start) -> None:
    mailbox = Mailbox()
    system = started(start, mailbox)
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


def test_every_process_is_killed_in_turn(system: System, mailbox: Mailbox) -> None:
    upload = system.api.upload(system.people_file(4 * ROWS), invite="true")
    for name in 2 * ("worker", "worker-mail", "postgres", "valkey", "beat"):
        await_mails(mailbox, len(mailbox.mails) + 20)
        system.kill_group(name)
    await_mails(mailbox, len(mailbox.mails) + 20)
    assert_one_invitation_each(system, mailbox, upload)
