"""The mail server of the tests."""

import gc
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from local.ports import HOST
from tests.mails import Mailbox, serving


def test_a_mail_server_that_stops_while_clients_connect_leaves_nothing_open() -> None:
    """An open connection would be a ResourceWarning, which fails the test."""
    mailbox, over = Mailbox(), Event()

    def connect() -> int:
        greeted = 0
        while not over.is_set():
            try:
                with socket.create_connection((HOST, mailbox.port), timeout=5) as client:
                    greeted += client.recv(3) == b"220"
            except OSError:
                pass
        return greeted

    with ThreadPoolExecutor() as clients:
        counts = [clients.submit(connect) for _ in range(4)]
        try:
            for _ in range(10):
                with serving(mailbox):
                    pass
        finally:
            over.set()
    assert all(count.result() for count in counts)
    gc.collect()
