"""Everything that a system has written, by place."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg import sql
from redis import Redis

from core.redis import database_url
from local.stack import Stack

Places = dict[str, bytes]
_DATABASES = 64
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def contains(content: bytes, value: str) -> bool:
    """Return whether the content has the value: in any case, UTF-16, base64 or hexadecimal."""
    plain = value.lower().encode()
    lowered = content.lower()
    if plain in lowered or plain.hex().encode() in lowered:
        return True
    encoded = value.encode()
    forms = [value.encode("utf-16-le"), *(_base64(encoded, shift) for shift in range(3))]
    return any(form in content for form in forms)


def _base64(value: bytes, shift: int) -> bytes:
    """Return the base64 characters of the value that do not depend on its neighbours."""
    whole = base64.b64encode(bytes(shift) + value).rstrip(b"=")
    return whole[(0, 2, 3)[shift] : -1]


def collect(stack: Stack) -> Places:
    """Return the content of the disk, PostgreSQL, Valkey and the metrics pages."""
    return {
        **dict(_logs(stack)),
        **dict(_tables(stack)),
        "redis": redis(stack),
        "valkey-files": _files(stack.data / "valkey"),
        "media": _files(stack.data / "media"),
        "metrics": _metrics(stack),
        "metrics-files": _files(stack.data / "metrics"),
        "beat-files": b"".join(path.read_bytes() for path in stack.data.glob("beat-schedule*")),
    }


def _logs(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Yield each log with its rotated files."""
    found: Places = defaultdict(bytes)
    for path in (stack.data / "logs").iterdir():
        found["log-" + re.sub(r"\.log.*", "", path.name)] += path.read_bytes()
    yield from found.items()


def _tables(stack: Stack) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(stack.site.database_url()) as connection:
        for (name,) in connection.execute(_TABLES).fetchall():
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
            with connection.cursor().copy(statement) as rows:
                yield name, b"".join(map(bytes, rows))


def _files(folder: Path) -> bytes:
    """Return the names and contents of all files."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"\n".join(str(p.relative_to(folder)).encode() + b"\n" + p.read_bytes() for p in paths)


def _metrics(stack: Stack) -> bytes:
    pages = [f"http://{address}/metrics" for address in stack.site.metrics_addresses.values()]
    return b"".join(httpx.get(page, trust_env=False, timeout=30).content for page in pages)


def redis(stack: Stack) -> bytes:
    """Return the keys and values of all logical databases of Valkey."""
    parts: list[bytes] = []
    for number in range(_DATABASES):
        with Redis.from_url(database_url(stack.site.redis_url, number)) as client:
            for key in client.scan_iter(count=1000):
                parts += [key, *_values(client, key)]
    return b"\n".join(parts)


def _values(client: Any, key: bytes) -> Iterator[bytes]:
    match client.type(key):
        case b"string":
            yield client.get(key) or b""
        case b"list":
            yield from client.lrange(key, 0, -1)
        case b"set":
            yield from client.sscan_iter(key)
        case b"zset":
            yield from (member for member, _ in client.zscan_iter(key))
        case b"hash":
            for pair in client.hscan_iter(key):
                yield from pair
        case b"none":  # the key has expired
            return
        case kind:
            raise AssertionError(f"{key!r} is a {kind!r}: _values() must read it")
