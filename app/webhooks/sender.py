"""The request that carries an event: to a checked IP address, in a bounded time and size."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.exceptions import SSLError as WrappedSSLError
from urllib3.util import Url, parse_url

from webhooks.addresses import AddressRefusedError, host_of, port_of, resolve

# A warning about a malformed answer contains the URL, which may be a secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

TOTAL_SECONDS: Final = 10.0
"""The time of one attempt, from the look-up of the name to the end of the answer."""
_READ_BYTES: Final = 16 * 1024
"""Of the answer. They are read so that the receiver can end it, and not used."""
_TRIED_ADDRESSES: Final = 3


@dataclass(frozen=True)
class Answer:
    """The status of the answer, if there was one, and an error in one word; empty for a success."""

    status: int | None
    error: str


def send(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = TOTAL_SECONDS
) -> Answer:
    """Send the event once. Redirects are not followed, and proxies of the environment not used."""
    deadline = time.monotonic() + seconds
    target = parse_url(url)
    try:
        addresses = _resolved(target, deadline)
        with _connection(target, addresses, deadline) as connection:
            status = _exchange(connection, target, body, headers)
        _left(deadline)  # the headers of an answer that was cut may look complete
        return _answer(status)
    except AddressRefusedError:
        return Answer(None, "address_refused")
    except socket.gaierror:
        return Answer(None, "name_not_resolved")
    except (OSError, HTTPException, HTTPError) as error:
        return Answer(None, _word(error, is_late=time.monotonic() >= deadline))


def _resolved(target: Url, deadline: float) -> list[str]:
    """Return the checked IP addresses. Raises `TimeoutError` at the deadline.

    `getaddrinfo` has no timeout. At the deadline its thread is left to the system's resolver,
    which ends it; it is a daemon, so that it does not delay the end of the process.
    """
    found: Future[list[str]] = Future()
    threading.Thread(target=_look_up, args=[target, found], daemon=True).start()
    return found.result(_left(deadline))


def _look_up(target: Url, found: Future[list[str]]) -> None:
    try:
        found.set_result(resolve(target))
    except (AddressRefusedError, OSError) as error:
        found.set_exception(error)


def _answer(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status, "")
    return Answer(status, "redirect" if 300 <= status < 400 else "status")


@contextmanager
def _connection(target: Url, addresses: list[str], deadline: float) -> Iterator[HTTPConnection]:
    """Connect to the first IP address that answers. The connection is cut at the deadline.

    A timeout of a socket limits each call only, and a slow answer has many of them.
    """
    connection = _connected(target, addresses[:_TRIED_ADDRESSES], deadline)
    timer = threading.Timer(_left(deadline), _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _connected(target: Url, addresses: list[str], deadline: float) -> HTTPConnection:
    *others, last = addresses
    for address in others:
        with suppress(OSError, HTTPError):
            return _connect(target, address, deadline)
    return _connect(target, last, deadline)


def _connect(target: Url, address: str, deadline: float) -> HTTPConnection:
    """Connect to the IP address, and check the certificate for the name in the URL."""
    port, timeout = port_of(target), _left(deadline)
    connection = HTTPConnection(address, port, timeout=timeout)
    if target.scheme == "https":
        connection = HTTPSConnection(
            address, port, timeout=timeout,
            ssl_context=_tls(), server_hostname=host_of(target).removesuffix("."),
        )  # fmt: skip
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(
    connection: HTTPConnection, target: Url, body: bytes, headers: Mapping[str, str]
) -> int:
    """Send the request and return the status of the answer."""
    connection.request(
        "POST", target.request_uri, body=body, headers={"Host": target.netloc or "", **headers},
        preload_content=False, decode_content=False,
    )  # fmt: skip
    response = connection.getresponse()
    with suppress(OSError, HTTPException, HTTPError):
        response.read(_READ_BYTES)
    return response.status


def _cut(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _left(deadline: float) -> float:
    """Return the seconds until the deadline. Raises `TimeoutError` after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _word(error: Exception, *, is_late: bool) -> str:
    if isinstance(error, NewConnectionError) and not is_late:  # some versions: a timeout
        return "connection"
    if is_late or isinstance(error, TimeoutError | ConnectTimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError | WrappedSSLError):
        return "tls"
    return "invalid_answer" if isinstance(error, HTTPException) else "connection"
