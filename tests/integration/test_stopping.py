"""A gunicorn that stops while requests arrive."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.ports import HOST, free_port
from local.site import APP
from local.waiting import wait_until

SLOW = """
import time

def application(environ, start_response):
    time.sleep(0.1)  # the work of a request
    start_response("200 OK", [("Content-Length", "0")])
    return []
"""
REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CLIENTS = 20


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def answers_until_refused(port: int) -> list[bytes]:
    """Send requests, each on a new connection, and return the beginning of each answer."""
    answers: list[bytes] = []
    while True:
        with socket.socket() as client:
            client.settimeout(30)
            if client.connect_ex((HOST, port)):
                return answers
            try:
                client.sendall(REQUEST)
                answers.append(client.recv(12))
            except ConnectionError:
                answers.append(b"")


def test_each_accepted_request_is_answered_when_the_process_stops(tmp_path: Path) -> None:
    """One thread for twenty clients: most connections wait in the kernel."""
    (tmp_path / "slow.py").write_text(SLOW)
    port = free_port()
    argv = (
        *(sys.executable, "-m", "gunicorn", "-w", "1", "--threads", "1", "-b", f"{HOST}:{port}"),
        *("-k", "core.server.gunicorn_worker.Worker", "--graceful-timeout", "20"),
        *("--pythonpath", str(tmp_path), "slow"),
    )
    env = os.environ | {"PYTHONPATH": str(APP)}
    with (
        subprocess.Popen(argv, env=env, stderr=subprocess.DEVNULL) as server,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        wait_until(lambda: listens(port), timeout=30, what="gunicorn must listen")
        clients = [pool.submit(answers_until_refused, port) for _ in range(CLIENTS)]
        wait_until(lambda: sum(c.running() for c in clients) == CLIENTS, timeout=10, what="clients")
        server.terminate()
        answers = [answer for client in clients for answer in client.result()]
    assert len(answers) >= CLIENTS
    assert set(answers) == {b"HTTP/1.1 200"}
