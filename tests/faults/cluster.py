"""A service on three machines: one has the servers, two have the processes of the service."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import psycopg
import redis

from local import postgres, seaweedfs, valkey
from local.files import write_private
from local.launch import DATA_VARIABLE
from local.postgres_wheel import system_user
from local.processes import Process, all_processes
from local.site import LISTENERS, Site, load_secrets
from local.stack import Stack
from local.waiting import wait_until
from tests.faults.failpoints import Failpoints
from tests.faults.network import Machine, machines
from tests.faults.system import AUDIT, FAST, System
from tests.stacks import copy_prepared

WEB_PORT, POSTGRES_PORT, VALKEY_PORT = 8000, 5432, 6379
_STORE_PORTS = {"master": 9333, "volume": 8080, "filer": 8888, "s3": 8333}
WORKERS = ("worker", "worker-small", "beat")
PROCESSES = ("web", *WORKERS)


@dataclass(frozen=True, kw_only=True)
class RemoteSite(Site):
    """The data directory of a machine whose servers are on another one."""

    server: str = ""

    def _at_server(self, url: str) -> str:
        return url.replace("127.0.0.1", self.server)

    @property
    def store_url(self) -> str:
        return self._at_server(super().store_url)

    @property
    def redis_url(self) -> str:
        return self._at_server(super().redis_url)

    def database_url(self, name: str = "accounts") -> str:
        return self._at_server(super().database_url(name))


class Node:
    """A machine with processes of the service, and nothing that another machine has too."""

    def __init__(self, machine: Machine, site: RemoteSite) -> None:
        self.machine = machine
        self.failpoints = Failpoints(machine.data / "failpoints")
        self._site = replace(
            site,
            data=machine.data,
            extra_env={
                **FAST,
                "FAILPOINTS": str(self.failpoints.folder),
                "DB_HOST": site.server,
                "WEB_BIND": f"{machine.address}:{WEB_PORT}",
                "ALLOWED_HOSTS": machine.address,
                "TMPDIR": str(machine.data),
            },
        )
        for name in (*LISTENERS, "web"):
            (machine.data / "metrics" / name).mkdir(parents=True)

    @property
    def url(self) -> str:
        """The URL of the web server."""
        return f"http://{self.machine.address}:{WEB_PORT}"

    def start(self) -> None:
        """Join the network, start what does not run, and wait until the web server is ready."""
        self.machine.join()
        for process in all_processes(self._site):
            if process.name in PROCESSES and not self.machine.runs(process.name):
                self._start(process)
        wait_until(self._is_ready, timeout=60, what=f"{self.url} must be ready")

    def _start(self, process: Process) -> None:
        argv = [part.replace("@%h", f"@{self.machine.name}") for part in process.argv]
        env = self._site.env() | dict(process.env) | {"PROCESS_ROLE": process.role}
        self.machine.start(process.name, argv, cwd=process.cwd, env=env, user=None)

    def _is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz/ready", timeout=5, trust_env=False).is_success
        return False


class Cluster(System):
    """A system for `judge`, whose API is that of the first machine with a web server."""

    def __init__(self, site: RemoteSite, first: Node, second: Node) -> None:
        self.first, self.second = first, second
        stack = SimpleNamespace(site=site, base_url=first.url, data=site.data)
        super().__init__(cast("Stack", stack), first.failpoints)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start the servers on one machine, and the web servers and Celery workers on two others."""
    with machines(folder, ["servers", "first", "second"]) as (servers, first, second):
        site = _site(servers)
        _start_servers(servers, site)
        with psycopg.connect(site.database_url()) as connection:
            connection.execute(AUDIT.read_bytes())
        nodes = [Node(machine, site) for machine in (first, second)]
        for node in nodes:
            node.start()
        made = Cluster(site, *nodes)
        yield made
        made.api.close()


def _site(servers: Machine) -> RemoteSite:
    copy_prepared(servers.data)
    return RemoteSite(
        data=servers.data,
        secrets=load_secrets(servers.data / "secrets.json"),
        web_port=WEB_PORT,
        postgres_port=POSTGRES_PORT,
        valkey_port=VALKEY_PORT,
        metrics_ports={name: 9100 + number for number, name in enumerate(LISTENERS)},
        store_ports={
            **_STORE_PORTS,
            **{f"{name}.grpc": port + 10_000 for name, port in _STORE_PORTS.items()},
        },
        server=servers.address,
    )


def _start_servers(servers: Machine, site: RemoteSite) -> None:
    """Start PostgreSQL, Valkey and SeaweedFS, which listen on the address of the machine."""
    user = system_user()
    valkey.prepare(site)
    seaweedfs.prepare(site)
    (site.data / "metrics").mkdir(exist_ok=True)
    with (site.data / "postgres" / "pg_hba.conf").open("a") as hba:
        hba.write("host all all samenet scram-sha-256\n")
    argvs = {
        "postgres": postgres.server_argv(site.data, port=POSTGRES_PORT, user=user),
        "valkey": valkey.server_argv(),
        "seaweedfs": seaweedfs.server_argv(site),
    }
    configuration = site.data / "valkey" / "valkey.conf"
    text = configuration.read_text().replace("127.0.0.1", servers.address)
    write_private(configuration, text)
    for name, argv in argvs.items():
        own = [part.replace("127.0.0.1", servers.address) for part in argv]
        servers.start(
            name,
            own,
            cwd=site.data / name,
            env={**postgres.ENV, DATA_VARIABLE: str(site.data)},
            user=user if name == "postgres" else None,
        )
    for is_ready in (_postgres_is_ready, _valkey_is_ready, seaweedfs.is_ready):
        wait_until(lambda ask=is_ready: ask(site), timeout=60, what="the servers must be ready")  # type: ignore[misc]


def _postgres_is_ready(site: Site) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(site.database_url(), connect_timeout=2).close()
        return True
    return False


def _valkey_is_ready(site: Site) -> bool:
    with redis.Redis.from_url(site.redis_url, socket_timeout=2) as client:
        with suppress(redis.RedisError):
            return bool(client.ping())
        return False
