"""Slow and idle clients, which keep a server busy with few requests."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle

type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_HEADER = b"GET /api/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
_BODY = (
    b"POST /api/v1/auth/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
)
_IDLE = b"GET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@asynccontextmanager
async def crowd(port: int, *, headers: int, bodies: int, idle: int) -> AsyncIterator[None]:
    """Connect slow clients, which send a byte of headers or body each 0.5 s, and idle clients."""
    slow = [*[_HEADER] * headers, *[_BODY] * bodies]
    connections = [await _connected(port, beginning) for beginning in slow]
    idlers = [await _connected(port, _IDLE) for _ in range(idle)]
    for reader, _ in idlers:
        assert (await reader.readline()).split()[1] == b"200"
    trickling = asyncio.create_task(_trickle(connections))
    try:
        yield
    finally:
        trickling.cancel()
        for _, writer in [*connections, *idlers]:
            writer.close()


async def _connected(port: int, beginning: bytes) -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(beginning)
    await writer.drain()
    return reader, writer


async def _trickle(connections: Sequence[Connection]) -> None:
    for _, writer in cycle(connections):
        writer.write(b"x")
        await asyncio.sleep(0.5 / len(connections))
