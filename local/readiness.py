"""The checks whether a started process is ready."""

from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from local import postgres, seaweedfs, valkey
from local.errors import LocalError
from local.files import tail
from local.manager import Manager
from local.ports import HOST
from local.site import Site
from local.waiting import wait_until

_TIMEOUT_SECONDS = 60
_FAILURES = 3


def _web_answers(site: Site) -> bool:
    """Return whether the web server is ready. A client of httpx would cost 30 ms each time."""
    with closing(HTTPConnection(HOST, site.web_port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz/ready")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False


def _is_ready(name: str, site: Site, manager: Manager) -> bool:
    match name:
        case "postgres":
            return postgres.is_ready(site)
        case "valkey":
            return valkey.is_ready(site)
        case "seaweedfs":
            return seaweedfs.is_ready(site)
        case "web":
            return _web_answers(site)
        case _:
            return manager.is_running(name)


def await_ready(name: str, site: Site, manager: Manager) -> None:
    """Wait until a process is ready. LocalError with the end of its log if it fails three times."""
    log = site.data / "logs" / f"{name}.log"
    ends: set[int] = set()

    def is_ready() -> bool:
        if _is_ready(name, site, manager):
            return True
        if ended := manager.info(name)["stop"]:
            ends.add(ended)
        if len(ends) >= _FAILURES:
            raise LocalError(f"{name} does not start, see {log}:\n{tail(log)}")
        return False

    wait_until(is_ready, timeout=_TIMEOUT_SECONDS, what=f"{name} must be ready, see {log}")
