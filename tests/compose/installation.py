"""One installation: a compose project in a copy of this repository."""

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
from tests.compose.docker import health, inspect, lines_of_json, run
from tests.stacks import await_end

ADMIN, PASSWORD = "admin@example.com", "correct horse battery"
PROGRAMS = ("app", "celery", "celery-small", "beat", "nginx")
SERVICES = ("postgres", "redis", *PROGRAMS)


def fresh_clone(to: Path) -> Path:
    """What a clone of this state would hold, and nothing that git ignores."""
    listed = run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


@dataclass
class Installation:
    """`compose` runs `docker compose` for it."""

    clone: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    project: str = field(default_factory=lambda: f"accounts-test-{uuid4().hex[:8]}")

    @property
    def variables(self) -> dict[str, str]:
        """What tells it from others."""
        own = {"COMPOSE_PROJECT_NAME": self.project, "HTTP_PORT": str(self.port)}
        return own | self.env

    @property
    def base_url(self) -> str:
        """The only address that is published."""
        return f"http://localhost:{self.port}"

    def compose(self, *arguments: str, send: str = "") -> str:
        """What it prints."""
        argv = ["docker", "compose", *arguments]
        return run(argv, cwd=self.clone, env=self.variables, send=send).stdout

    def up(self, *arguments: str) -> None:
        """Return when all is healthy."""
        self.compose("up", "-d", "--wait", "--wait-timeout", "300", *arguments)

    def script(self, name: str, *arguments: str | Path) -> str:
        """One of deploy/."""
        argv = [self.clone / "deploy" / name, *arguments]
        return run(argv, cwd=self.clone.parent, env=self.variables).stdout

    def containers(self, service: str) -> list[str]:
        """Of a service, those that run."""
        return self.compose("ps", "-q", service).split()

    def inside(self, service: str, *argv: str, send: str = "") -> str:
        """What a command prints in the service's first container."""
        return self.compose("exec", "-T", service, *argv, send=send)

    def secret(self, name: str) -> str:
        """As the services read it."""
        return self.inside("app", "cat", f"/srv/secrets/{name}").strip()

    def await_health(self, service: str, state: str, *, within: float = 150) -> None:
        """Of all its containers."""

        def is_so() -> bool:
            found = self.containers(service)
            return bool(found) and {health(container) for container in found} == {state}

        wait_until(is_so, timeout=within, what=f"{service} must be {state}", poll=0.5)

    def restarts(self, service: str) -> int:
        """How often the engine has started its containers again."""
        return sum(inspect(container)["RestartCount"] for container in self.containers(service))

    def proxy_log(self) -> list[Json]:
        """Its lines so far."""
        return lines_of_json(self.compose("logs", "--no-log-prefix", "--no-color", "nginx"))

    def get(self, path: str, **arguments: object) -> httpx.Response:
        """One answer of the proxy."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            return client.get(self.base_url + path, **arguments)  # type: ignore[arg-type]

    def admin(self) -> ApiClient:
        """The superuser's client."""
        return ApiClient(self.base_url, ADMIN, PASSWORD)

    def import_people(self, folder: Path, rows: int, *, seed: int) -> dict[str, int]:
        """The result of importing a made-up file as the superuser."""
        path = folder / f"people-{seed}.csv"
        write_users(path, rows, seed=seed, bad_share=0)
        with self.admin() as admin:
            document = await_end(admin, admin.upload(path), within=120)
        assert document["status"] == "SUCCESS", document
        return {name: count for name, count in document["result"].items() if count}


@contextmanager
def installation(clone: Path, **env: str) -> Iterator[Installation]:
    """Nothing runs yet; at the end nothing is left."""
    made = Installation(clone, env)
    try:
        yield made
    finally:
        made.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")
