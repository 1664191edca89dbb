"""The preparation of a data directory before its processes start."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local import postgres, seaweedfs, valkey
from local.ports import free_port, require_free
from local.site import LISTENERS, METRICS, Site, load_secrets

_MEMORY = Path("/dev/shm")  # noqa: S108  (mkdtemp makes a private folder in it)


def _directories(data: Path) -> None:
    for name in ("logs", "media"):
        (data / name).mkdir(mode=0o700, exist_ok=True)
    _place_metrics(data / METRICS)


def _place_metrics(path: Path) -> None:
    """Make the path a link to a new folder in memory, if the system has a file system there.

    Processes map the files of metrics, and a full disk would end them.
    """
    if path.is_symlink():  # an earlier run was killed
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
    if os.access(_MEMORY, os.W_OK):
        path.symlink_to(tempfile.mkdtemp(prefix="accounts-metrics-", dir=_MEMORY))


def remove_metrics(data: Path) -> None:
    """Remove the folder of metrics of the run that ends."""
    path = data / METRICS
    shutil.rmtree(path.resolve(), ignore_errors=True)
    path.unlink(missing_ok=True)


def _store_ports() -> dict[str, int]:
    return {name + kind: free_port() for name in seaweedfs.PORTS for kind in ("", ".grpc")}


def prepare(data: Path, *, port: int, workers: int, s3: bool, extra_env: Mapping[str, str]) -> Site:
    """Create the missing parts of the data directory, choose the ports, and return the site.

    With `s3` the site has a store for the files. Port 0 takes a free port. Raise LocalError if the
    port is in use.
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
        store_ports=_store_ports() if s3 else {},
        workers=workers,
        extra_env=extra_env,
    )
    postgres.prepare(site)
    valkey.prepare(site)
    if s3:
        seaweedfs.prepare(site)
    return site
