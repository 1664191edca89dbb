"""The system under load, and its description in local.json."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from local.errors import LocalError

_DEFAULT_URL = "http://127.0.0.1:8000"
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class LocalSystem:
    """The part of local.json that the load test uses."""

    base_url: str
    database_url: str
    admin_email: str


@dataclass(frozen=True)
class Target:
    """The system under load. `local` is None if run_local.sh does not run it."""

    url: str
    local: LocalSystem | None

    @property
    def protocol(self) -> str:
        """The protocol of the URL, http or https."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """The host of the URL."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port of the URL, or the default port of the protocol."""
        return urlsplit(self.url).port or _DEFAULT_PORTS[self.protocol]

    @property
    def is_here(self) -> bool:
        """Whether the URL is on this machine."""
        return self.host == "localhost" or self.host.startswith("127.")


def read_local(data: Path) -> LocalSystem | None:
    """Return the system that runs on this data directory, or None."""
    path = data / "local.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return LocalSystem(content["base_url"], content["database_url"], content["admin_email"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise LocalError(
            f"cannot use {path}: {error}; choose another folder with --data"
        ) from error


def find_target(url: str | None, data: Path) -> Target:
    """Return the system at `url`. The default is that of run_local.sh, then the default URL."""
    local = read_local(data)
    if url is None:
        return Target(local.base_url if local else _DEFAULT_URL, local)
    return Target(url, local if local and _is_same(url, local.base_url) else None)


def _is_same(one: str, other: str) -> bool:
    return one.replace("//localhost", "//127.0.0.1") == other.replace("//localhost", "//127.0.0.1")


def require_ready(target: Target) -> None:
    """Raise a LocalError unless the system is ready."""
    try:
        answer = httpx.get(f"{target.url}/healthz/ready", trust_env=False, timeout=10)
    except httpx.HTTPError as error:
        raise LocalError(
            f"{target.url} does not answer ({error}); start ./run_local.sh or give --url"
        ) from error
    if not answer.is_success:
        raise LocalError(f"{target.url}/healthz/ready: {answer.status_code} {answer.text[:200]}")
