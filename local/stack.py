"""A system on one data directory: servers, web server, Celery workers and beat."""

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Self

from local import leftovers, lock, postgres, seaweedfs
from local.errors import LocalError
from local.manage import run_manage
from local.manager import Manager
from local.prepare import prepare, remove_metrics
from local.processes import all_processes
from local.readiness import await_ready
from local.site import Site


class Stack:
    """A system, used as `with Stack(directory) as stack: stack.start_all()`.

    The end of the block stops all processes. The data stay in the directory. Not thread-safe.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        workers: int = 2,
        s3: bool = False,
        extra_env: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare without starting a process. Port 0 takes a free port.

        With `s3` the files are in a store of the stack and not in a folder.
        """
        self.data = data_dir.resolve()
        self._port = port
        self._workers = workers
        self._s3 = s3
        self._extra_env = dict(extra_env or {})
        self._lock: int | None = None
        self._open_site: Site | None = None
        self._open_manager: Manager | None = None

    def __enter__(self) -> Self:
        """Open the stack."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the stack."""
        self.stop()

    @property
    def site(self) -> Site:
        """Paths, ports and URLs. Each call of `open` chooses new ports."""
        if self._open_site is None:
            raise LocalError("the stack is not open")
        return self._open_site

    @property
    def _manager(self) -> Manager:
        if self._open_manager is None:
            raise LocalError("the stack is not open")
        return self._open_manager

    @property
    def env(self) -> dict[str, str]:
        """The environment of a Django process that uses this stack."""
        return self.site.env()

    @property
    def base_url(self) -> str:
        """The URL of the web server, without a final slash."""
        return self.site.base_url

    def open(self) -> None:
        """Lock the directory and start supervisord. Raise LocalError if either is impossible."""
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = lock.acquire(self.data)
            leftovers.end(self.data, timeout=10)
            self._open_site = prepare(
                self.data,
                port=self._port,
                workers=self._workers,
                s3=self._s3,
                extra_env=self._extra_env,
            )
            self._open_manager = Manager(self.data, all_processes(self.site))
            self._manager.open(self.env, lock=self._lock)
        except OSError as error:
            self.stop()
            raise LocalError(f"cannot use {self.data}: {error.strerror or error}") from error
        except BaseException:
            self.stop()
            raise

    def start(self, names: Iterable[str]) -> None:
        """Start these processes and wait until all are ready."""
        names = list(names)
        for name in names:
            self._manager.start(name)
        for name in names:
            await_ready(name, self.site, self._manager)

    def start_servers(self) -> None:
        """Start PostgreSQL, Valkey and the store, and create the database unless it exists."""
        self.start(process.name for process in all_processes(self.site) if not process.role)
        postgres.create_database(self.site)

    def start_programs(self, *, without: Collection[str] = ()) -> None:
        """Start the web server, the Celery workers and beat, except those `without` names."""
        programs = [process.name for process in all_processes(self.site) if process.role]
        self.start(name for name in programs if name not in without)

    def start_all(self) -> None:
        """Start the servers, apply the migrations, and start the programs."""
        self.start_servers()
        self.manage("migrate", "--no-input")
        self.start_programs()

    def stop(self) -> None:
        """Stop all processes, within 30 s. A stack that is not open stays as it is."""
        if self._open_manager is not None:
            self._open_manager.close()
        self._open_manager = None
        if self._open_site is not None:
            remove_metrics(self.data)
            seaweedfs.remove_sockets(self._open_site)
        self._open_site = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def stop_process(self, name: str) -> None:
        """Stop a process. supervisord does not start it again."""
        self._manager.stop(name)

    def restart(self, name: str) -> None:
        """Stop a process, start it, and wait until it is ready."""
        self._manager.stop(name)
        self.start([name])

    def is_alive(self) -> bool:
        """Return whether supervisord runs, which restarts processes that end."""
        return self._manager.is_alive()

    def is_running(self, name: str) -> bool:
        """Return whether a process has been running for at least a second."""
        return self._manager.is_running(name)

    def pids(self) -> dict[str, int]:
        """Return the process ids of supervisord and of all running processes, by name."""
        return self._manager.pids()

    def pid(self, name: str) -> int:
        """Return the process id, or 0 if the process does not run."""
        return self.pids().get(name, 0)

    def manage(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run a management command and return its output. Raise LocalError if it fails."""
        return run_manage(arguments, {**self.env, **(env or {})})
