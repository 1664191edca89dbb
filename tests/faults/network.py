"""Machines: network namespaces that share no address, and whose links can be cut."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from local.system_user import run_as

_DRIVER: Final = 254
"""The last part of the address of this process."""


@dataclass
class Machine:
    """A machine in the network of a test, with the programs that were started on it."""

    name: str
    address: str
    data: Path
    _switch: str
    _programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(
        self, name: str, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], user: str | None
    ) -> None:
        """Start a program on the machine."""
        as_user = run_as(user)
        ids = ["-S", str(as_user["user"]), "-G", str(as_user["group"])] if as_user else []
        with (self.data / f"{name}.log").open("ab") as log:
            program = subprocess.Popen(
                [_tool("nsenter"), f"--net=/run/netns/{self.name}", *ids, "--", *argv],
                cwd=cwd,
                env=dict(env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._programs[name] = program

    def runs(self, name: str) -> bool:
        """Return whether the program runs."""
        return name in self._programs and self._programs[name].poll() is None

    def cut(self) -> None:
        """Lose all packets from and to the machine."""
        _ip("-n", self._switch, "link", "set", _port(self.name), "down")

    def join(self) -> None:
        """Deliver packets again."""
        _ip("-n", self._switch, "link", "set", _port(self.name), "up")

    def kill(self, *names: str) -> None:
        """End these programs at once, or all."""
        for name in names or list(self._programs):
            program = self._programs.pop(name)
            with suppress(psutil.NoSuchProcess):
                children = psutil.Process(program.pid).children(recursive=True)
                for child in children:
                    with suppress(psutil.NoSuchProcess):
                        child.kill()
            program.kill()
            program.wait()


@contextmanager
def machines(folder: Path, names: Sequence[str]) -> Iterator[list[Machine]]:
    """Connect so many machines to a switch, and this process with them."""
    unique = secrets.token_hex(2)
    network = f"10.{secrets.randbelow(200) + 20}.{secrets.randbelow(256)}"
    switch = f"acc-{unique}"
    with ExitStack() as undo:
        _namespace(switch, undo)
        _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        _ip("-n", switch, "link", "set", "bridge", "up")
        own = f"acc{unique}"
        _connect(switch, "driver", peer=own, to=str(os.getpid()))
        _ip("addr", "add", f"{network}.{_DRIVER}/24", "dev", own)
        _ip("link", "set", own, "up")
        made = []
        for number, name in enumerate(names, start=1):
            machine = Machine(f"{switch}-{name}", f"{network}.{number}", folder / name, switch)
            machine.data.mkdir(parents=True)
            _namespace(machine.name, undo)
            undo.callback(machine.kill)
            _connect(switch, _port(machine.name), peer="eth0", to=machine.name)
            inside = ("-n", machine.name)
            _ip(*inside, "addr", "add", f"{machine.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip(*inside, "link", "set", device, "up")
            made.append(machine)
        yield made


def can_have_machines() -> bool:
    """Return whether this process may make network namespaces."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nsenter"):
        return False
    name = f"acc-{secrets.token_hex(2)}"
    if subprocess.run([_tool("ip"), "netns", "add", name], check=False).returncode:
        return False
    _ip("netns", "delete", name)
    return True


def _namespace(name: str, undo: ExitStack) -> None:
    _ip("netns", "add", name)
    undo.callback(_ip, "netns", "delete", name)


def _connect(switch: str, port: str, *, peer: str, to: str) -> None:
    _ip("-n", switch, "link", "add", port, "type", "veth", "peer", "name", peer, "netns", to)
    _ip("-n", switch, "link", "set", port, "master", "bridge", "up")


def _port(name: str) -> str:
    return name.rsplit("-", 1)[-1]


def _ip(*arguments: str) -> None:
    subprocess.run([_tool("ip"), *arguments], check=True)


def _tool(name: str) -> str:
    path = shutil.which(name)
    assert path, f"{name} is missing"
    return path
