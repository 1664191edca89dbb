"""The system that another terminal keeps running on a data directory."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.errors import LocalError
from local.lock import is_alive
from local.site import Site, load_secrets


def _description(data: Path) -> dict[str, Any] | None:
    """Read DATA/local.json, or return None if no system is running on the data folder."""
    try:
        description: dict[str, Any] = json.loads((data / "local.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return description if is_alive(str(description["processes"]["run_local"])) else None


def running_site(data: Path) -> Site:
    """Return the site of the system that runs on `data`. Raise LocalError if there is none."""
    description = _description(data)
    if description is None:
        raise LocalError(
            f"no system is running on {data}; start it with ./run_local.sh in another terminal"
            " and wait for its line `ready`"
        )
    web, postgres, valkey = (
        urlsplit(description[name]).port or 0 for name in ("base_url", "database_url", "redis_url")
    )
    return Site(
        data=data,
        secrets=load_secrets(data / "secrets.json"),
        web_port=web,
        postgres_port=postgres,
        valkey_port=valkey,
        metrics_ports={},
    )
