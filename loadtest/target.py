"""Which system is loaded, and what run_local.sh says about it."""

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
    """What local.json has of a system that run_local.sh keeps running."""

    base_url: str
    database_url: str
    admin_email: str


@dataclass(frozen=True)
class Target:
    """A system; `local` None: not one of run_local.sh."""

    url: str
    local: LocalSystem | None

    @property
    def protocol(self) -> str:
        """Of the address: http or https."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """Of the address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Of the address, or the protocol's."""
        return urlsplit(self.url).port or _DEFAULT_PORTS[self.protocol]

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return self.host == "localhost" or self.host.startswith("127.")


def read_local(data: Path) -> LocalSystem | None:
    """The system that runs on this data directory, if one does."""
    path = data / "local.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return LocalSystem(content["base_url"], content["database_url"], content["admin_email"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise LocalError(f"cannot use {path}: {error}; --data names another folder") from error


def find_target(url: str | None, data: Path) -> Target:
    """The system at `url`; without one run_local.sh's, else the default address."""
    local = read_local(data)
    if url is None:
        return Target(local.base_url if local else _DEFAULT_URL, local)
    return Target(url, local if local and _is_same(url, local.base_url) else None)


def _is_same(one: str, other: str) -> bool:
    return one.replace("//localhost", "//127.0.0.1") == other.replace("//localhost", "//127.0.0.1")


def require_ready(target: Target) -> None:
    """LocalError unless the system can serve."""
    try:
        answer = httpx.get(f"{target.url}/healthz/ready", trust_env=False, timeout=10)
    except httpx.HTTPError as error:
        raise LocalError(
            f"{target.url} does not answer ({error}); start ./run_local.sh or give --url"
        ) from error
    if not answer.is_success:
        raise LocalError(f"{target.url}/healthz/ready: {answer.status_code} {answer.text[:200]}")
