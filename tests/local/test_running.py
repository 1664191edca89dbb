"""The site of the system that runs in another terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import LocalError
from local.running import running_site
from local.site import load_secrets


def describe(data: Path, pid: int) -> None:
    """Write a `local.json` of the system whose first process is `pid`."""
    description = {
        "base_url": "http://127.0.0.1:1001",
        "database_url": "postgresql://accounts:secret@127.0.0.1:1002/accounts",
        "redis_url": "redis://:secret@127.0.0.1:1003/0",
        "processes": {"run_local": pid},
    }
    (data / "local.json").write_text(json.dumps(description))


def test_the_site_has_the_ports_and_the_secrets_of_the_running_system(tmp_path: Path) -> None:
    secrets = load_secrets(tmp_path / "secrets.json")
    describe(tmp_path, os.getpid())
    env = running_site(tmp_path).env()
    assert env["WEB_BIND"] == "127.0.0.1:1001"
    assert env["DB_PORT"] == "1002"
    assert env["REDIS_URL"] == f"redis://:{secrets.redis_password}@127.0.0.1:1003/0"
    assert env["DJANGO_SECRET_KEY"] == secrets.django_key


def test_a_folder_without_a_running_system_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no system is running on"):
        running_site(tmp_path)


def test_the_local_json_of_a_killed_system_is_an_error(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as killed:
        pass
    describe(tmp_path, killed.pid)
    with pytest.raises(LocalError, match="no system is running on"):
        running_site(tmp_path)
