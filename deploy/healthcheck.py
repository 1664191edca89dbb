"""Whether this container does its work; the reason is printed when it does not."""

import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

SILENCE = 30
"""Seconds. A worker's heart beats every 2 s while it reaches Redis; beat publishes every 20 s
at least, see RECOVER_EVERY_SECONDS."""


def web_fault(address: str) -> str:
    """Empty while it answers.

    Not /healthz/ready: with PostgreSQL away every container would be unhealthy, and compose starts
    nothing that depends on an unhealthy one, not even when PostgreSQL is back.
    """
    try:
        with build_opener(ProxyHandler({})).open(f"http://{address}/healthz/live", timeout=8):
            return ""
    except HTTPError as error:
        return error.read().decode(errors="replace")
    except OSError as error:
        return f"{address} does not answer: {error}"


def heartbeat_fault(path: Path, *, now: float) -> str:
    """Empty while the file is fresh."""
    try:
        age = now - path.stat().st_mtime
    except FileNotFoundError:
        return f"{path} is not there: nothing has been done yet"
    return f"nothing has been done for {age:.0f} s" if age > SILENCE else ""


def fault(role: str) -> str:
    """By role; empty when all is well."""
    match role:
        case "web":
            port = os.environ.get("WEB_BIND", "").rpartition(":")[2] or "8000"
            return web_fault(f"127.0.0.1:{port}")
        case "worker" | "beat":
            return heartbeat_fault(Path(os.environ["HEARTBEAT_FILE"]), now=time.time())
        case _:
            return ""


def main() -> None:
    """The command."""
    role = Path("/tmp/role")  # noqa: S108  (entrypoint.sh writes it, in a container of our own)
    if not role.exists():
        sys.exit("not started yet")
    sys.exit(fault(role.read_text(encoding="utf-8").strip()) or None)


if __name__ == "__main__":
    main()
