"""One user, and strangers, who do everything at once that could keep a service from other users.

    python -m tests.faults.load.attack PLAN

PLAN is the path of a JSON document: the members of `Plan`. The program runs until it is ended. Its
requests may get any answer.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, Self

import httpx

from tests.faults.api import UPLOAD

_PAUSE: Final = 0.2
"""Seconds between two requests of a client: this program shares the processor with the others."""
_DOWNLOADS, _HALF_SENT = 8, 6

type Client = Callable[[], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The targets. `url` is that of nginx."""

    url: str
    token: str
    files: Sequence[str]
    """The paths of the files to upload in a loop."""
    small_file: str
    download: str
    """The path of the `rejected-rows.csv` of a job with very many rejected rows."""
    costly: Sequence[str]
    """E-mail addresses of users with costly imported password hashes."""

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def content(self, path: str) -> bytes:
        """Return the content of a file of the plan."""
        return Path(path).read_bytes()


class Attack:
    """The clients of an attack. Each method is one request of a client."""

    def __init__(self, plan: Plan, http: httpx.AsyncClient) -> None:
        self._plan = plan
        self._http = http
        self._token = {"Authorization": plan.token}
        self._numbers = count()
        self._job = ""

    async def run(self) -> None:
        """Run all clients until the program is ended."""
        plan = self._plan
        clients: list[Client] = [
            *(partial(self._upload, path) for path in plan.files),
            *[partial(self._upload, plan.small_file)] * 2,
            *[self._download] * _DOWNLOADS,
            *(
                partial(self._log_in, email, client_at(plan.url, f"127.0.1.{number}"))
                for number, email in enumerate(plan.costly, start=1)
            ),
            *[self._begin_health_check] * _HALF_SENT,
            self._cancel,
            self._register,
            self._request_mail,
        ]
        await asyncio.gather(*map(_repeat, clients))

    async def _upload(self, path: str) -> str:
        """Return the URL of the job's status, or an empty string if the upload is refused."""
        files = {"file": ("users.csv", self._plan.content(path), "text/csv")}
        answer = await self._http.post(UPLOAD, files=files, headers=self._token)
        accepted = answer.status_code == httpx.codes.ACCEPTED
        return httpx.URL(answer.json()["status_url"]).path if accepted else ""

    async def _download(self) -> None:
        async with self._http.stream("GET", self._plan.download, headers=self._token) as answer:
            async for _ in answer.aiter_bytes():
                pass

    async def _log_in(self, email: str, http: httpx.AsyncClient) -> None:
        body = {"email": email, "password": "a guess"}
        await http.post("/api/v1/auth/login/", json=body)

    async def _begin_health_check(self) -> None:
        url = httpx.URL(self._plan.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"GET /healthz/l")
        await writer.drain()
        await reader.read()  # until the server ends the connection
        writer.close()

    async def _cancel(self) -> None:
        """Cancel the same job again and again, until it has ended."""
        self._job = self._job or await self._upload(self._plan.small_file)
        if self._job:
            answer = await self._http.post(f"{self._job}cancel/", headers=self._token)
            self._job = self._job if answer.status_code == httpx.codes.ACCEPTED else ""

    async def _register(self) -> None:
        email = f"stranger{next(self._numbers)}@example.com"
        body = {"email": email, "password": "Long-enough-7", "name": ""}
        await self._http.post("/api/v1/register/", json=body)

    async def _request_mail(self) -> None:
        body = {"email": f"owner+{next(self._numbers)}@example.com"}
        await self._http.post("/api/v1/users/reset_password/", json=body)


async def _repeat(client: Client) -> None:
    while True:
        with suppress(httpx.TransportError, OSError):
            await client()
        await asyncio.sleep(_PAUSE)


async def main() -> None:
    """Attack by the plan whose path is the argument."""
    plan = Plan.read(Path(sys.argv[1]))
    async with client_at(plan.url, "127.0.1.100") as http:
        await Attack(plan, http).run()


def client_at(url: str, ip_address: str) -> httpx.AsyncClient:
    """Return a client with its own IP address, which has rate limits of its own."""
    limits = httpx.Limits(max_connections=None)
    transport = httpx.AsyncHTTPTransport(local_address=ip_address, limits=limits)
    return httpx.AsyncClient(base_url=url, transport=transport, timeout=60)


if __name__ == "__main__":
    asyncio.run(main())
