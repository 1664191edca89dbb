"""The peer in benchmarks/peers/fastapi_template, in its own environment."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from benchmarks.http.ours import LIST, ME, ONE, some_users
from benchmarks.http.service import Service, running
from benchmarks.system import EMAIL, PASSWORD, System
from local.ports import HOST, free_port
from local.site import ROOT

_FOLDER: Final = ROOT / "benchmarks" / "peers" / "fastapi_template"
_VENV: Final = ROOT / ".venv-fastapi"
_MAKE_VENV: Final = """
set -eu
. local/venv.sh
trap end_venv EXIT
ensure_venv "$1" "$2"
"""


def make_environment() -> None:
    """Create the environment with local/venv.sh if it is missing or its requirements changed."""
    script = ["bash", "-c", _MAKE_VENV, "bash", str(_VENV), str(_FOLDER / "requirements.txt")]
    result = subprocess.run(
        script, cwd=ROOT, env={**os.environ, "PROGRAM": "http_speed"}, check=False
    )
    if result.returncode:
        raise SystemExit(f"http_speed: cannot create {_VENV.name}, see above")


@contextmanager
def peer_service(system: System, folder: Path, *, collector: str = "") -> Iterator[Service]:
    """Start `fastapi run` with two workers, and with metrics and traces if there is a collector."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    metrics = folder / "peer-metrics"
    metrics.mkdir(exist_ok=True)
    settings = {
        "SQLALCHEMY_DATABASE_URI": _database(system),
        "SECRET_KEY": secrets.token_hex(32),
        "OTLP_ENDPOINT": collector,
    }
    if collector:
        settings["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    program = [str(_VENV / "bin" / "fastapi"), "run", "--workers=2", f"--host={HOST}"]
    with running(
        [*program, f"--port={port}", "app/main.py"],
        cwd=_FOLDER,
        env={"PATH": os.environ["PATH"], **settings},
        log=folder / "peer.log",
        url=f"{url}/docs",
    ):
        yield Service(
            name="the peer",
            base_url=url,
            token=_log_in(url),
            paths={
                ME: ["/users/me"],
                ONE: [f"/users/{user_id}" for user_id in some_users(system)],
                LIST: ["/users/"],
            },
        )


def _database(system: System) -> str:
    return system.stack.site.database_url().replace("postgresql://", "postgresql+psycopg://")


def _log_in(url: str) -> str:
    form = {"username": EMAIL, "password": PASSWORD}
    answer = httpx.post(f"{url}/login/access-token", data=form, trust_env=False)
    return str(answer.raise_for_status().json()["access_token"])
