"""SMTP with the moment at which a mail becomes the server's: the end of its data."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from socket import IPPROTO_TCP, TCP_NODELAY, socket
from typing import Any, Final, cast

from django.core.mail.backends import smtp

from core.postgres.commit import UnknownCommitError

_END = b"\r\n.\r\n"
"""RFC 5321, 4.1.1.4; within the data a line's first period is doubled."""
_ACCEPTANCE: Final = 60
"""Seconds until the server has taken a mail. Many look for viruses meanwhile, and who does not wait
sends it again. RFC 5321, 4.5.3.2.6 has ten minutes; but imports wait for a server that hangs.
"""

type AtEnd = Callable[[Callable[[], None]], None]


def _only_send(send: Callable[[], None]) -> None:
    send()


class _Handover(smtplib.SMTP):
    """Has `at_end` send the end of a mail's data, when the server has all the rest.

    Before that the server throws away what it has when its client dies; with it, it accepts.
    """

    at_end: AtEnd = staticmethod(_only_send)

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As smtplib's. The end is five bytes, which else wait 40 ms for company."""
        answer = super().connect(*args, **kwargs)
        cast("socket", self.sock).setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        return answer

    def send(self, s: Any) -> None:
        """As smtplib's. What `at_end` raises ends the connection."""
        if not (isinstance(s, bytes) and s.endswith(_END)):
            super().send(s)
            return
        super().send(s[: -len(_END)])
        try:
            self.at_end(partial(super().send, _END))
        except BaseException:
            self.close()
            raise
        cast("socket", self.sock).settimeout(_ACCEPTANCE)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's; the next answer is awaited for as long as others again."""
        answer = super().getreply()
        cast("socket", self.sock).settimeout(self.timeout)
        return answer


class _HandoverTLS(_Handover, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's, whose caller may have a say at the end of each mail."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What speaks SMTP."""
        return _HandoverTLS if self.use_ssl else _Handover

    @contextmanager
    def at_end(self, do: AtEnd) -> Iterator[None]:
        """Have `do` send the end of the mail that is sent meanwhile, by the open connection.

        UnknownCommitError is raised when the server has answered: it may refuse the mail.
        """
        unknown: list[UnknownCommitError] = []

        def doing(send: Callable[[], None]) -> None:
            try:
                do(send)
            except UnknownCommitError as error:
                unknown.append(error)

        cast("_Handover", self.connection).at_end = doing
        yield
        if unknown:
            raise unknown[0]
