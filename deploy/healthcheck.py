"""Health check of a container: exits with the reason if the container does not do its work."""

import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

SILENCE = 30
"""Seconds without a sign of life. A Celery worker gives one every 2 s while it reaches Redis, beat
one at least every 20 s (RECOVER_EVERY_SECONDS)."""


def web_fault(address: str) -> str:
    """Return the reason why the web server does not answer, or "".

    The check uses /healthz/live. /healthz/ready would make every web container unhealthy while
    PostgreSQL is unavailable, and Compose starts no service that depends on an unhealthy one, even
    when PostgreSQL is back.
    """
    try:
        with build_opener(ProxyHandler({})).open(f"http://{address}/healthz/live", timeout=8):
            return ""
    except HTTPError as error:
        return error.read().decode(errors="replace")
    except OSError as error:
        return f"{address} does not answer: {error}"


def heartbeat_fault(path: Path, *, now: float) -> str:
    """Return the reason why the heartbeat file is missing or too old, or ""."""
    try:
        age = now - path.stat().st_mtime
    except FileNotFoundError:
        return f"{path} does not exist: the process has given no sign of life yet"
    return f"no sign of life for {age:.0f} s" if age > SILENCE else ""


def fault(role: str) -> str:
    """Return the reason why a container of this role is unhealthy, or ""."""
    match role:
        case "web":
            port = os.environ.get("WEB_BIND", "").rpartition(":")[2] or "8000"
            return web_fault(f"127.0.0.1:{port}")
        case "worker" | "beat":
            return heartbeat_fault(Path(os.environ["HEARTBEAT_FILE"]), now=time.time())
        case _:
            return ""


def main() -> None:
    """Run the command."""
    role = Path("/tmp/role")  # noqa: S108  (entrypoint.sh writes it in this container)
    if not role.exists():
        sys.exit("the role has not started yet")
    sys.exit(fault(role.read_text(encoding="utf-8").strip()) or None)


if __name__ == "__main__":
    main()
