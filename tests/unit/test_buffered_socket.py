"""Buffering of answers, which are sent whole unless they are large."""

import socket
from collections.abc import Iterator

import pytest

from core.server.buffered_socket import BufferedSocket

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

type Pair = tuple[BufferedSocket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    sender, receiver = socket.socketpair()
    with sender, receiver:
        receiver.setblocking(False)
        yield BufferedSocket(sender), receiver


def test_nothing_is_sent_before_the_flush(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(HEAD)
    buffered.sendall(b"body")
    with pytest.raises(BlockingIOError):
        receiver.recv(1)
    buffered.flush()
    assert receiver.recv(100) == HEAD + b"body"
    buffered.flush()
    with pytest.raises(BlockingIOError):
        receiver.recv(1)


def test_a_large_answer_is_sent_at_once(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(HEAD)
    buffered.sendall(bytes(64 * 1024))
    assert receiver.recv(len(HEAD)) == HEAD


def test_any_other_use_of_the_socket_sends_the_buffer_first(pair: Pair) -> None:
    buffered, receiver = pair
    buffered.sendall(HEAD)
    assert buffered.fileno() > 0
    assert receiver.recv(100) == HEAD


def test_a_stream_is_sent_as_it_comes(pair: Pair) -> None:
    """Fails if the first rows of a download wait until there are many."""
    buffered, receiver = pair
    buffered.sendall(STREAM)
    buffered.sendall(b"content-length: 4")
    assert receiver.recv(1000) == STREAM + b"content-length: 4"
