"""Answers are held back until they are whole, unless they are large."""

import socket
from collections.abc import Iterator

import pytest

from core.server.buffered_socket import BufferedSocket

type Pair = tuple[BufferedSocket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    sender, receiver = socket.socketpair()
    with sender, receiver:
        receiver.setblocking(False)
        yield BufferedSocket(sender), receiver


def test_nothing_leaves_before_the_end(pair: Pair) -> None:
    held, receiver = pair
    held.sendall(b"head,")
    held.sendall(b"body")
    with pytest.raises(BlockingIOError):
        receiver.recv(1)
    held.flush()
    assert receiver.recv(100) == b"head,body"
    held.flush()
    with pytest.raises(BlockingIOError):
        receiver.recv(1)


def test_what_is_large_leaves_at_once(pair: Pair) -> None:
    held, receiver = pair
    held.sendall(b"head")
    held.sendall(bytes(64 * 1024))
    assert receiver.recv(4) == b"head"


def test_whoever_asks_for_more_of_the_socket_finds_all_sent(pair: Pair) -> None:
    held, receiver = pair
    held.sendall(b"head")
    assert held.fileno() > 0
    assert receiver.recv(100) == b"head"
