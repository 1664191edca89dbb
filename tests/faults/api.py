"""The superuser's client, which minds faults and remembers every answer."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.api_client import Json
from local.waiting import wait_until
from tests.stacks import ADMIN, FINAL, PASSWORD

UPLOAD = "/api/contacts/upload-csv/"


@dataclass(frozen=True)
class Upload:
    """A file that was accepted, with its form fields and where its status is."""

    data: bytes
    url: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def job(self) -> str:
        """Its id."""
        return self.url.rstrip("/").rsplit("/", 1)[-1]


class Api:
    """Asks one system. `statuses`: how often each was the answer."""

    def __init__(self, base_url: str) -> None:
        self.statuses: Counter[int] = Counter()
        self._http = httpx.Client(base_url=base_url, trust_env=False, timeout=60)
        self.login()

    def close(self) -> None:
        """Its connections."""
        self._http.close()

    def login(self) -> None:
        """A new token."""
        answer = self.ask("POST", "/api/auth/login/", json={"email": ADMIN, "password": PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    @property
    def token(self) -> str:
        """As the header Authorization has it."""
        return self._http.headers["Authorization"]

    def ask(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """Whatever the answer is."""
        answer = self._http.request(method, url, **arguments)
        self.statuses[answer.status_code] += 1
        return answer

    def send(self, data: bytes, *, key: str = "", **options: str) -> httpx.Response:
        """The answer to an upload, under an Idempotency-Key if there is one."""
        files = {"file": ("people.csv", data, "text/csv")}
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", UPLOAD, files=files, data=options, headers=headers)

    def upload(self, data: bytes, **options: str) -> Upload:
        """An upload that is accepted."""
        answer = self.send(data, **options)
        assert answer.status_code == 202, answer.text
        return Upload(data, answer.json()["status_url"], options)

    def status(self, upload: Upload) -> Json:
        """The status document; empty while the service cannot be asked."""
        try:
            answer = self.ask("GET", upload.url)
        except httpx.TransportError:
            return {}
        return dict(answer.json()) if answer.status_code == 200 else {}

    def await_end(self, upload: Upload, *, within: float = 60) -> Json:
        """The final status document."""
        document: Json = {}

        def is_final() -> bool:
            document.clear()
            document.update(self.status(upload))
            return document.get("status") in FINAL

        wait_until(is_final, timeout=within, what=f"{upload.job} must end", poll=0.1)
        return document

    def cancel(self, upload: Upload) -> httpx.Response:
        """The answer to it."""
        return self.ask("POST", f"{upload.url}cancel/")
