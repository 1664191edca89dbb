"""The list of processes for local runs, tests and benchmarks."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local import postgres, seaweedfs, valkey
from local.postgres_wheel import system_user
from local.site import APP, METRICS, Site

SERVERS = ("postgres", "valkey", "seaweedfs")

ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""With more arenas each thread keeps the memory that a plan or a password hash has freed.

docker-compose.yml sets the same variable.
"""

_NICENESS = 5
"""Of the processes for large files: requests and small files get the cores first (ADR 31)."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """The way to start and stop one program."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    order: int
    """Processes start by rising order and stop by falling order, those of one order together."""
    stop_seconds: int
    """The time after which the process is killed. The sum of all orders must stay below 30 s."""
    stop_signal: str = "TERM"
    role: str = ""
    """PROCESS_ROLE of a Django process. A process without a role gets no secrets."""
    niceness: int = 0
    """20 is the lowest priority. docker-compose.yml has CPU shares instead."""
    env: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    """The system user if this process is root and the program refuses to run as root."""


def _postgres(site: Site) -> Process:
    user = system_user()
    return Process(
        name="postgres",
        argv=postgres.server_argv(site.data, port=site.postgres_port, user=user),
        cwd=site.data / "postgres",
        order=10,
        stop_signal="INT",
        stop_seconds=6,
        env=postgres.ENV,
        user=user,
    )


def _valkey(site: Site) -> Process:
    return Process(
        name="valkey",
        argv=valkey.server_argv(),
        cwd=site.data / "valkey",
        order=20,
        stop_seconds=3,
    )


def _seaweedfs(site: Site) -> Process:
    return Process(
        name="seaweedfs",
        argv=seaweedfs.server_argv(site),
        cwd=site.data / "seaweedfs",
        order=20,
        stop_seconds=3,
    )


def _metrics_env(site: Site, name: str) -> dict[str, str]:
    """Return the metrics directory, and the metrics port of a process that serves no HTTP."""
    env = {"PROMETHEUS_MULTIPROC_DIR": str(site.data / METRICS / name)}
    return env if name == "web" else {**env, "METRICS_BIND": site.metrics_addresses[name]}


def _web(site: Site) -> Process:
    gunicorn = (
        "-m",
        "gunicorn",
        "-c",
        "python:core.server.gunicorn_config",
        "core.wsgi:application",
    )
    return Process(
        name="web",
        argv=(sys.executable, *gunicorn),
        cwd=APP,
        order=30,
        stop_seconds=5,
        role="web",
        env={**_metrics_env(site, "web"), **ONE_HEAP},
    )


def _celery(
    site: Site, name: str, *arguments: str, order: int, stop_seconds: int, niceness: int = 0
) -> Process:
    command = arguments[0]
    return Process(
        name=name,
        argv=(sys.executable, "-m", "celery", "--quiet", "-A", "core", *arguments),
        cwd=APP,
        order=order,
        stop_seconds=stop_seconds,
        role=command,
        niceness=niceness,
        env={**_metrics_env(site, name), **ONE_HEAP},
    )


def _worker(
    site: Site, name: str, *, node: str, queues: str, processes: int, niceness: int = 0
) -> Process:
    size = ("-Q", queues, "-c", str(processes), "-n", f"{node}@%h")
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return _celery(
        site, name, "worker", *size, *quiet, order=40, stop_seconds=10, niceness=niceness
    )


def _beat(site: Site) -> Process:
    schedule = ("-s", str(site.data / "beat-schedule"), "--pidfile=")
    return _celery(site, "beat", "beat", *schedule, order=50, stop_seconds=2)


def all_processes(site: Site) -> tuple[Process, ...]:
    """Return all processes in the order in which they start."""
    return (
        _postgres(site),
        _valkey(site),
        *([_seaweedfs(site)] if site.store_ports else []),
        _web(site),
        _worker(
            site,
            "worker",
            node="imports",
            queues="imports,default,recovery",
            processes=site.workers,
            niceness=_NICENESS,
        ),
        _worker(
            site, "worker-small", node="small", queues="imports_small,default,recovery", processes=2
        ),
        # At most one of the two sends mails, so `recover` always finds the other one idle.
        _worker(site, "worker-mail", node="mail", queues="mails,webhooks,recovery", processes=3),
        _beat(site),
    )
