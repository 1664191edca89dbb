"""SMTP that lets the caller send the end of a mail's data, with which the server accepts it."""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from select import POLLIN, poll
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from typing import Any, Final, cast

from django.core.mail.backends import smtp

from core.postgres.advisory import show_life
from core.postgres.commit import UnknownCommitError

_END_OF_DATA: Final = b"\r\n.\r\n"
"""RFC 5321, section 4.1.1.4. Within the data the first period of a line is doubled."""
_ACCEPTANCE_TIMEOUT: Final = 60
"""Seconds until the mail server must have accepted a mail.

Many servers scan for viruses first, and a client that does not wait sends the mail again. RFC 5321,
section 4.5.3.2.6 recommends ten minutes, but other mails must not wait that long.
"""
_SIGN_OF_LIFE: Final = 0.5
"""Seconds between the signs of life of a sender. LOADER_STALL is a second or more."""
_NO_TIME: Final = 0.001
"""The timeout with which smtplib reads a reply that has not come: it then closes the connection."""

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
        """Send bytes. `at_end` sends the end of a mail's data.

        Close the connection if `at_end` raises an exception.
        """
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
        """Read a reply within the timeout of the socket, and restore the ordinary timeout.

        A sender holds a lock, so it shows signs of life while it waits.
        """
        server = cast("socket", self.sock)
        is_there = self._await_data(server, end=time.monotonic() + (server.gettimeout() or 0))
        server.settimeout(self.timeout if is_there else _NO_TIME)
        answer = super().getreply()
        server.settimeout(self.timeout)
        return answer

    def _await_data(self, server: socket, *, end: float) -> bool:
        poller = poll()
        poller.register(server, POLLIN)
        while True:
            show_life()
            if poller.poll(_SIGN_OF_LIFE * 1000):
                return True
            if time.monotonic() >= end:
                return False


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
