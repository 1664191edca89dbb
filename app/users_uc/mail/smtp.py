"""SMTP that lets the caller send the end of a mail's data, with which the server accepts it."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from typing import Any, Final, cast

from django.core.mail.backends import smtp

from core.postgres.commit import UnknownCommitError

_END_OF_DATA: Final = b"\r\n.\r\n"
"""RFC 5321, section 4.1.1.4. Within the data the first period of a line is doubled."""
_ACCEPTANCE_TIMEOUT: Final = 60
"""Seconds until the mail server must have accepted a mail.

Many servers scan for viruses first, and a client that does not wait sends the mail again. RFC 5321,
section 4.5.3.2.6 recommends ten minutes, but imports must not wait that long for a stalled server.
"""

type SendEnd = Callable[[Callable[[], None]], None]
"""A function that receives `send`, and calls it to send the end of the data."""


def _send_at_once(send: Callable[[], None]) -> None:
    send()


class _HookedSMTP(smtplib.SMTP):
    """A connection that calls `at_end` to send the end of a mail's data after all the rest.

    If the client dies before that, the server discards the mail.
    """

    at_end: SendEnd = staticmethod(_send_at_once)

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Connect without Nagle's algorithm, which would delay the five bytes by 40 ms."""
        answer = super().connect(*args, **kwargs)
        cast("socket", self.sock).setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        return answer

    def send(self, s: Any) -> None:
        """Send bytes. An exception of `at_end` closes the connection."""
        if not (isinstance(s, bytes) and s.endswith(_END_OF_DATA)):
            super().send(s)
            return
        super().send(s[: -len(_END_OF_DATA)])
        try:
            self.at_end(partial(super().send, _END_OF_DATA))
        except BaseException:
            self.close()
            raise
        cast("socket", self.sock).settimeout(_ACCEPTANCE_TIMEOUT)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, and restore the ordinary timeout for the next one."""
        answer = super().getreply()
        cast("socket", self.sock).settimeout(self.timeout)
        return answer


class _HookedSMTPOverTLS(_HookedSMTP, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend with a hook at the end of each mail's data."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _HookedSMTPOverTLS if self.use_ssl else _HookedSMTP

    @contextmanager
    def at_end(self, send_end: SendEnd) -> Iterator[None]:
        """Let `send_end` send the end of the mail that the body sends over the open connection.

        Raises the `UnknownCommitError` of `send_end` only after the server's reply, because the
        server may reject the mail.
        """
        unknown: list[UnknownCommitError] = []

        def send_end_and_keep_error(send: Callable[[], None]) -> None:
            try:
                send_end(send)
            except UnknownCommitError as error:
                unknown.append(error)

        cast("_HookedSMTP", self.connection).at_end = send_end_and_keep_error
        yield
        if unknown:
            raise unknown[0]
