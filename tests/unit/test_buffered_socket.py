"""Buffering of answers, which are sent whole unless they are large."""

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


def test_nothing_is_sent_before_the_flush(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(b"head,")
    buffered.sendall(b"body")
    with pytest.raises(BlockingIOError):
        receiver.recv(1)
    buffered.flush()
    assert receiver.recv(100) == b"head,body"
    buffered.flush()
    with pytest.raises(BlockingIOError):
        receiver.recv(1)


def test_a_large_answer_is_sent_at_once(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(b"head")
    buffered.sendall(bytes(64 * 1024))
    assert receiver.recv(4) == b"head"


def test_any_other_use_of_the_socket_sends_the_buffer_first(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(b"head")
    assert buffered.fileno() > 0
    assert receiver.recv(100) == b"head"
