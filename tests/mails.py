"""A real mail server for tests, which keeps the mails that it receives."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from local.ports import HOST, free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it logs each line of SMTP
_LINK = re.compile(r"#/(\S+)/([\w-]+)/(\S+)")


@dataclass
class Mailbox:
    """A mail server. `rejections` maps a recipient to an error; others are accepted."""

    port: int = field(default_factory=free_port)
    mails: list[EmailMessage] = field(default_factory=list)
    rejections: dict[str, str] = field(default_factory=dict)
    at_sender: Callable[[], str] = lambda: "250 OK"
    """Returns the answer to MAIL FROM."""
    at_end: Callable[[], str] = lambda: "250 OK"
    """Returns the answer to the end of a mail's data."""
    login: tuple[str, str] | None = None
    """The name and password that a client must send; None accepts every client."""

    def knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Return whether the credentials are `login`; an authenticator of aiosmtpd."""
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login)

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Accept or reject the sender."""
        answer = self.at_sender()
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Accept or reject the recipient."""
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address in self.rejections:
            return self.rejections[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, unless `at_end` rejects it."""
        answer = self.at_end()
        if answer.startswith("250"):
            content = cast("bytes", envelope.content)
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return answer

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address in the order of their arrival."""
        return [mail for mail in self.mails if mail["To"] == address]

    def link_to(self, address: str, path: str) -> dict[str, str]:
        """Return `uid` and `token` of the link in the last mail to an address.

        The link must lead to `path`.
        """
        text = self.to(address)[-1].get_content()
        found = _LINK.search(text)
        assert found, text
        assert found[1] == path
        return {"uid": found[2], "token": found[3]}


class _Controller(Controller):
    """A controller that stops while clients connect, without leaving a connection open."""

    def stop(self, no_assert: bool = False) -> None:
        """End the connections, then the server and its thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        super().stop(no_assert)

    async def _close(self) -> None:
        """Close the server when it has no connection: asyncio leaks one that is being accepted."""
        server = cast("asyncio.Server", self.server)
        this_task = {asyncio.current_task()}
        while others := asyncio.all_tasks() - this_task:
            server.close_clients()
            await asyncio.wait(others, timeout=0.1)
        server.close()


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[None]:
    """Run the mail server at `mailbox.port`."""
    controller = _Controller(
        mailbox, hostname=HOST, port=mailbox.port, ready_timeout=30,
        authenticator=mailbox.knows, auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    try:
        yield
    finally:
        controller.stop()
