"""The web server of this project with the settings of the benchmark."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.http.service import Service, running
from benchmarks.system import EMAIL, PASSWORD, System
from local.api_client import ApiClient
from local.ports import HOST, free_port
from local.processes import all_processes

ONE, ME, LIST, LOGIN, STATUS = (
    *("GET users/{id}/", "GET users/me/", "GET users/ of 20"),
    *("POST auth/login/", "GET task-status"),
)
_DIFFERENT_USERS = 2000


def some_users(system: System) -> list[int]:
    """Choose random user ids, the same ids for the same table."""
    highest = system.count("SELECT max(id) FROM users_uc_user")
    ids = range(2, highest + 1)
    return random.Random(1).sample(ids, min(_DIFFERENT_USERS, len(ids)))  # noqa: S311


def _an_import(system: System) -> str:
    row = system.database.execute("SELECT id FROM tasks_importjob LIMIT 1").fetchone()
    return str(row[0]) if row else "none"


@contextmanager
def our_service(
    system: System, folder: Path, *, env: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Start a web server with two workers."""
    port = free_port()
    web = next(p for p in all_processes(system.stack.site) if p.name == "web")
    settings = {"PROCESS_ROLE": web.role, "WEB_BIND": f"{HOST}:{port}", "WEB_WORKERS": "2"}
    url = f"http://{HOST}:{port}"
    with running(
        web.argv,
        cwd=web.cwd,
        env={**system.stack.env, **web.env, **settings, **(env or {})},
        log=folder / f"ours-{port}.log",
        url=f"{url}/healthz/live",
    ):
        yield Service(
            name="ours",
            base_url=url,
            token=ApiClient.log_in(url, EMAIL, PASSWORD).token,
            paths={
                ME: ["/api/v1/users/me/"],
                ONE: [f"/api/v1/users/{user_id}/" for user_id in some_users(system)],
                LIST: ["/api/v1/users/"],
                LOGIN: ["/api/v1/auth/login/"],
                STATUS: [f"/api/v1/imports/{_an_import(system)}/"],
            },
        )
