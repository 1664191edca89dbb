"""supervisord as a child, and the remote calls to it."""

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
"""Bytes; the system's limit is 104 (macOS) less what supervisord adds while it makes the socket."""


class Info(TypedDict):
    """The part of supervisord's answer that is used here."""

    name: str
    state: int
    pid: int
    stop: int


class Manager:
    """Starts supervisord with all processes stopped."""

    def __init__(self, data: Path, processes: Sequence[Process]) -> None:
        """Nothing is started yet."""
        self._data = data
        self._processes = {process.name: process for process in processes}
        self._child: subprocess.Popen[bytes] | None = None
        self._short: Path | None = None

    def open(self, env: Mapping[str, str], *, lock: int) -> None:
        """Start supervisord in a session of its own, so that Ctrl-C does not reach it."""
        supervisor_conf.write(self._data, list(self._processes.values()))
        env = {**env, **supervisor_conf.environment(self._data, self._socket())}
        with (self._data / "logs/supervisord.out").open("wb") as output:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "local.supervised"],
                cwd=ROOT, env=env, pass_fds=[lock], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        wait_until(self._answers, timeout=20, what="supervisord must answer")

    def _socket(self) -> Path:
        path = self._data / "supervisor.sock"
        if len(fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        if self._short is None:
            self._short = Path(tempfile.mkdtemp(prefix="accounts-", dir="/tmp"))
        return self._short / "supervisor.sock"

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket()}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _answers(self) -> bool:
        if not self.is_alive():
            output = tail(self._data / "logs/supervisord.out")
            raise LocalError(f"supervisord does not start:\n{output}")
        try:
            self._call("getState")
        except (OSError, HTTPException):
            return False
        return True

    def is_alive(self) -> bool:
        """Whether supervisord runs."""
        return self._child is not None and self._child.poll() is None

    def _full_name(self, name: str) -> str:
        return f"{supervisor_conf.group_of(self._processes[name])}:{name}"

    def start(self, name: str) -> None:
        """Return at once; a process that runs is left alone."""
        try:
            self._call("startProcess", self._full_name(name), False)
        except Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise

    def stop(self, name: str) -> None:
        """Return when the process has ended."""
        try:
            self._call("stopProcess", self._full_name(name))
        except Fault as fault:
            if fault.faultCode != Faults.NOT_RUNNING:
                raise

    def info(self, name: str) -> Info:
        """What supervisord knows of a process."""
        return cast("Info", self._call("getProcessInfo", self._full_name(name)))

    def is_running(self, name: str) -> bool:
        """It has been up for a second."""
        return bool(self.info(name)["state"] == ProcessStates.RUNNING)

    def pids(self) -> dict[str, int]:
        """Of supervisord and of every process that runs."""
        if self._child is None:
            return {}
        infos = cast("list[Info]", self._call("getAllProcessInfo"))
        running = {info["name"]: info["pid"] for info in infos if info["pid"]}
        return {"supervisord": self._child.pid, **running}

    def _has_ended(self) -> bool:
        # A connection wakes supervisord, which else looks at its processes only once a second.
        # A call would wait for the answer of one that is frozen.
        with suppress(OSError), socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(str(self._socket()))
        return not self.is_alive()

    def close(self) -> None:
        """End every process by falling order, then supervisord; kill what is left after that."""
        if self._child is not None:
            self._child.terminate()
            try:
                wait_until(self._has_ended, timeout=STOP_SECONDS, what="supervisord must end")
            except LocalError:
                self._child.kill()
            self._child.wait()
            self._child = None
        leftovers.end(self._data, patience=1)
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
            self._short = None
