"""The preparation of a data directory before its processes start."""

from collections.abc import Mapping
from pathlib import Path

from local import postgres, valkey
from local.ports import free_port, require_free
from local.site import LISTENERS, Site, load_secrets


def _directories(data: Path) -> None:
    for name in ("logs", "media"):
        (data / name).mkdir(mode=0o700, exist_ok=True)


def prepare(data: Path, *, port: int, workers: int, extra_env: Mapping[str, str]) -> Site:
    """Create the missing parts of the data directory, choose the ports, and return the site.

    Port 0 takes a free port. Raise LocalError if the port is in use.
    """
    if port:
        require_free(port)
    _directories(data)
    site = Site(
        data=data,
        secrets=load_secrets(data / "secrets.json"),
        web_port=port or free_port(),
        postgres_port=free_port(),
        valkey_port=free_port(),
        metrics_ports={name: free_port() for name in LISTENERS},
        workers=workers,
        extra_env=extra_env,
    )
    postgres.prepare(site)
    valkey.prepare(site)
    return site
