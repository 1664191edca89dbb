"""An installation: a Compose project in a copy of this repository."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from local.api_client import ApiClient, Json
from local.ports import free_port
from local.site import ROOT
from local.users_file import write_users
from local.waiting import wait_until
from tests.compose.docker import health, inspect, lines_of, lines_of_json, run
from tests.stacks import await_end

ADMIN, PASSWORD = "admin@example.com", "correct horse battery"
PROGRAMS = ("app", "celery", "celery-small", "celery-mail", "beat", "nginx")
SERVICES = ("postgres", "redis", *PROGRAMS)


def fresh_clone(to: Path) -> Path:
    """Copy the files of a clone in the current state, without ignored files."""
    listed = run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def write_passwords(path: Path, rows: int, *, prefix: str = "hashed") -> Path:
    """Write a file of users with plain passwords. A process hashes about 35 of them a second."""
    lines = [f"{prefix}{number}@example.com,a phrase of number {number}" for number in range(rows)]
    path.write_text("\n".join(["email,password", *lines]))
    return path


@dataclass
class Installation:
    """A Compose project with its own name, port and environment."""

    clone: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    project: str = field(default_factory=lambda: f"accounts-test-{uuid4().hex[:8]}")

    @property
    def variables(self) -> dict[str, str]:
        """Return the variables of this installation."""
        own = {"COMPOSE_PROJECT_NAME": self.project, "HTTP_PORT": str(self.port)}
        return own | self.env

    @property
    def base_url(self) -> str:
        """Return the only published URL."""
        return f"http://localhost:{self.port}"

    def compose(self, *arguments: str, send: str = "") -> str:
        """Run `docker compose` and return its output."""
        argv = ["docker", "compose", *arguments]
        return run(argv, cwd=self.clone, env=self.variables, send=send).stdout

    def up(self, *arguments: str) -> None:
        """Start the services and wait until all are healthy."""
        self.compose("up", "-d", "--wait", "--wait-timeout", "300", *arguments)

    @contextmanager
    def scaled(self, **replicas: int) -> Iterator[None]:
        """Run so many replicas of these services during the body, and one of each after it."""
        try:
            self.up(*(f"--scale={service}={count}" for service, count in replicas.items()))
            yield
        finally:
            self.up(*(f"--scale={service}=1" for service in replicas))

    def script(self, name: str, *arguments: str | Path) -> str:
        """Run a script of deploy/ and return its output."""
        argv = [self.clone / "deploy" / name, *arguments]
        return run(argv, cwd=self.clone.parent, env=self.variables).stdout

    def script_lines(self, name: str) -> Iterator[str]:
        """Run a script of deploy/ and yield the lines of its output while it runs."""
        return lines_of(self.clone / "deploy" / name, env=self.variables)

    def containers(self, service: str) -> list[str]:
        """Return the running containers of a service."""
        return self.compose("ps", "-q", service).split()

    def all_containers(self) -> set[str]:
        """Return the running containers of all services."""
        return set(self.compose("ps", "-q").split())

    def inside(self, service: str, *argv: str, send: str = "") -> str:
        """Run a command in the first container of a service and return its output."""
        return self.compose("exec", "-T", service, *argv, send=send)

    def secret(self, name: str) -> str:
        """Return a secret of this installation."""
        once = ("run", "--rm", "--no-deps", "-T", "--entrypoint", "cat")
        return self.compose(*once, "secrets", f"/srv/secrets/{name}").strip()

    def await_health(self, service: str, state: str, *, within: float = 150) -> None:
        """Wait until all containers of a service have this health."""

        def is_so() -> bool:
            found = self.containers(service)
            return bool(found) and {health(container) for container in found} == {state}

        wait_until(is_so, timeout=within, what=f"{service} must be {state}", poll=0.5)

    def restarts(self, service: str) -> int:
        """Return how often the engine has restarted the containers of a service."""
        return sum(inspect(container)["RestartCount"] for container in self.containers(service))

    def proxy_log(self) -> list[Json]:
        """Return the log entries of the proxy so far."""
        return lines_of_json(self.compose("logs", "--no-log-prefix", "--no-color", "nginx"))

    def get(self, path: str, **arguments: object) -> httpx.Response:
        """Send a GET request to the proxy and return the answer."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            return client.get(self.base_url + path, **arguments)  # type: ignore[arg-type]

    def admin(self) -> ApiClient:
        """Return a client of the superuser."""
        return ApiClient.log_in(self.base_url, ADMIN, PASSWORD)

    def import_people(self, folder: Path, rows: int, *, seed: int) -> dict[str, int]:
        """Import a generated file as the superuser and return the counts of its result."""
        path = folder / f"people-{seed}.csv"
        write_users(path, rows, seed=seed, bad_share=0)
        with self.admin() as admin:
            document = await_end(admin, admin.upload(path), within=120)
        assert document["status"] == "SUCCESS", document
        return {name: count for name, count in document["result"].items() if count}


@contextmanager
def installation(clone: Path, **env: str) -> Iterator[Installation]:
    """Return an installation that is not started, and remove it at the end."""
    made = Installation(clone, env)
    try:
        yield made
    finally:
        made.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")
