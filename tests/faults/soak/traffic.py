"""The clients of the soak test, which upload files and read users and imports during faults."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread

import httpx

from local.waiting import wait_until
from tests.faults.api import Api, Upload
from tests.faults.system import System

LONGEST_RECOVERY = 60.0
_SIZES = (20, 200, 2000, 6000)
_PAUSE = 2.0
"""The seconds between two files, so that all can be judged at the end."""


@dataclass
class Traffic:
    """A context manager that runs the clients; `uploads` has all accepted files."""

    system: System
    rng: Random
    uploads: list[Upload] = field(default_factory=list)
    _over: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def __enter__(self) -> "Traffic":
        for repeated in (self._upload, self._read):
            self._threads.append(Thread(target=self._repeat, args=[repeated]))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the clients after their current requests."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def goes_on(self) -> bool:
        """Return whether every answer was allowed: an unexpected one ends its thread."""
        return all(thread.is_alive() for thread in self._threads)

    def _repeat(self, act: Callable[[Api], None]) -> None:
        api = Api(self.system.stack.base_url)
        try:
            while not self._over.is_set():
                act(api)
        finally:
            self.system.api.statuses.update(api.statuses)
            api.close()

    def _upload(self, api: Api) -> None:
        """Upload a file of users that no other file has."""
        number = len(self.uploads)
        mode = self.rng.choice(("create", "upsert"))
        rows = self.rng.choice(_SIZES)
        data = self.system.people_file(rows, seed=number, prefix=f"n{number}x")
        self.uploads.append(self._accepted(api, data, mode, key=f"file {number}"))
        self._over.wait(_PAUSE)

    def _accepted(self, api: Api, data: bytes, mode: str, *, key: str) -> Upload:
        """Send a file until it is accepted. The key makes one import of all tries."""
        urls: list[str] = []

        def is_accepted() -> bool:
            with self._waiting_after_broken_connections(api):
                answer = api.send(data, key=key, mode=mode)
                assert answer.status_code in {202, 401, 429, 503}, answer.text
                if answer.status_code == 202:
                    urls.append(answer.json()["status_url"])
                if answer.status_code == 401:
                    api.login()
            return bool(urls)

        wait_until(is_accepted, timeout=300, what=f"{key} must be accepted", poll=0.5)
        return Upload(data, urls[0], {"mode": mode})

    def _read(self, api: Api) -> None:
        """Read a page of users and the status of the last imports."""
        with self._waiting_after_broken_connections(api):
            for url in [upload.url for upload in self.uploads[-3:]] + [
                "/api/v1/users/?page_size=20"
            ]:
                status = api.ask("GET", url).status_code
                assert status in {200, 401, 503}
                if status == 401:
                    api.login()

    @contextmanager
    def _waiting_after_broken_connections(self, api: Api) -> Iterator[None]:
        """Wait for the service after a broken connection, whose request may have been processed."""
        try:
            yield
        except httpx.TransportError:
            await_ready(self.system)


def await_ready(system: System) -> None:
    """Wait until the service is ready, at most the longest recovery."""

    def is_ready() -> bool:
        try:
            url = f"{system.stack.base_url}/healthz/ready"
            return httpx.get(url, trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False

    wait_until(is_ready, timeout=LONGEST_RECOVERY, what="the service must be ready")
