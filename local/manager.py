"""supervisord as a child process, and the calls to its RPC interface."""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPException
from os import fsencode
from pathlib import Path
from typing import Any, TypedDict, cast
from xmlrpc.client import Fault, ServerProxy

from supervisor.states import ProcessStates
from supervisor.xmlrpc import Faults, SupervisorTransport

from local import leftovers, supervisor_conf
from local.errors import LocalError
from local.files import tail
from local.processes import Process
from local.site import ROOT
from local.waiting import wait_until

STOP_SECONDS = 27
_LONGEST_SOCKET_PATH = 90
"""Bytes. The limit of macOS is 104, and supervisord appends to the path of a new socket."""


class Info(TypedDict):
    """The fields of supervisord's answer that are used here."""

    name: str
    state: int
    pid: int
    stop: int


class Manager:
    """A supervisord and its processes."""

    def __init__(self, data: Path, processes: Sequence[Process]) -> None:
        """Prepare without starting supervisord."""
        self._data = data
        self._processes = {process.name: process for process in processes}
        self._child: subprocess.Popen[bytes] | None = None
        self._socket_folder: Path | None = None

    def open(self, env: Mapping[str, str], *, lock: int) -> None:
        """Start supervisord with all processes stopped.

        It gets its own session, so that Ctrl-C does not reach it.
        """
        supervisor_conf.write(self._data, list(self._processes.values()))
        env = {**env, **supervisor_conf.environment(self._data, self._socket())}
        with (self._data / "logs/supervisord.out").open("wb") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "local.supervised"],
                cwd=ROOT, env=env, pass_fds=[lock], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        wait_until(self._is_answering, timeout=20, what="supervisord must answer")

    def _socket(self) -> Path:
        path = self._data / "supervisor.sock"
        if len(fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        if self._socket_folder is None:
            self._socket_folder = Path(tempfile.mkdtemp(prefix="accounts-", dir="/tmp"))
        return self._socket_folder / "supervisor.sock"

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket()}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _is_answering(self) -> bool:
        if not self.is_alive():
            output = tail(self._data / "logs/supervisord.out")
            raise LocalError(f"supervisord does not start:\n{output}")
        try:
            self._call("getState")
        except (OSError, HTTPException):
            return False
        return True

    def is_alive(self) -> bool:
        """Return whether supervisord runs."""
        return self._child is not None and self._child.poll() is None

    def _full_name(self, name: str) -> str:
        return f"{supervisor_conf.group_of(self._processes[name])}:{name}"

    def start(self, name: str) -> None:
        """Start a process unless it runs, without waiting until it is ready."""
        try:
            self._call("startProcess", self._full_name(name), False)
        except Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise

    def stop(self, name: str) -> None:
        """Stop a process and wait until it has ended."""
        try:
            self._call("stopProcess", self._full_name(name))
        except Fault as fault:
            if fault.faultCode != Faults.NOT_RUNNING:
                raise

    def info(self, name: str) -> Info:
        """Return supervisord's information about a process."""
        return cast("Info", self._call("getProcessInfo", self._full_name(name)))

    def is_running(self, name: str) -> bool:
        """Return whether a process has been running for at least a second."""
        return bool(self.info(name)["state"] == ProcessStates.RUNNING)

    def pids(self) -> dict[str, int]:
        """Return the process ids of supervisord and of every running process, by name."""
        if self._child is None:
            return {}
        infos = cast("list[Info]", self._call("getAllProcessInfo"))
        running = {info["name"]: info["pid"] for info in infos if info["pid"]}
        return {"supervisord": self._child.pid, **running}

    def _has_ended(self) -> bool:
        # A connection wakes supervisord, which otherwise checks its processes once a second.
        # A call would block if supervisord is frozen.
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket()))
        return not self.is_alive()

    def close(self) -> None:
        """Stop the processes by falling order, then supervisord, and kill any that remain."""
        if self._child is not None:
            self._child.terminate()
            try:
                wait_until(self._has_ended, timeout=STOP_SECONDS, what="supervisord must end")
            except LocalError:
                self._child.kill()
            self._child.wait()
            self._child = None
        leftovers.end(self._data, timeout=1)
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None
