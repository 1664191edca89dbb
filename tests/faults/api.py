"""A client of a superuser, which counts the status of every answer."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.api_client import Json
from local.waiting import wait_until
from tests.stacks import ADMIN, FINAL, PASSWORD

UPLOAD = "/api/v1/imports/"


@dataclass(frozen=True)
class Upload:
    """An accepted file with its form fields and its status URL."""

    data: bytes
    url: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def job(self) -> str:
        """Return the id of the job."""
        return self.url.rstrip("/").rsplit("/", 1)[-1]


class Api:
    """A client of one system. `statuses` counts the status codes of all answers."""

    def __init__(self, base_url: str, *, email: str = ADMIN) -> None:
        self.statuses: Counter[int] = Counter()
        self._email = email
        self._http = httpx.Client(base_url=base_url, trust_env=False, timeout=60)
        self.login()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def login(self) -> None:
        """Log in and use the new token."""
        answer = self.ask(
            "POST", "/api/v1/auth/login/", json={"email": self._email, "password": PASSWORD}
        )
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    @property
    def token(self) -> str:
        """Return the value of the Authorization header."""
        return self._http.headers["Authorization"]

    def ask(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """Send a request and return its answer, whatever its status is."""
        answer = self._http.request(method, url, **arguments)
        self.statuses[answer.status_code] += 1
        return answer

    def send(self, data: bytes, *, key: str = "", **options: str) -> httpx.Response:
        """Upload a file, with an Idempotency-Key if one is given, and return the answer."""
        files = {"file": ("people.csv", data, "text/csv")}
        headers = {"Idempotency-Key": key} if key else {}
        return self.ask("POST", UPLOAD, files=files, data=options, headers=headers)

    def upload(self, data: bytes, **options: str) -> Upload:
        """Upload a file that must be accepted."""
        answer = self.send(data, **options)
        assert answer.status_code == 202, answer.text
        return Upload(data, answer.json()["status_url"], options)

    def upload_at_last(self, data: bytes, **options: str) -> Upload:
        """Upload a file, again as long as the service is unavailable, as its error says."""
        uploads: list[Upload] = []

        def is_accepted() -> bool:
            answer = self.send(data, **options)
            assert answer.status_code in {202, 503}, answer.text
            if answer.status_code == 202:
                uploads.append(Upload(data, answer.json()["status_url"], options))
            return bool(uploads)

        wait_until(is_accepted, timeout=60, what="the file must be accepted")
        return uploads[0]

    def status(self, upload: Upload) -> Json:
        """Return the status document, or an empty one while the service is unavailable."""
        try:
            answer = self.ask("GET", upload.url)
        except httpx.TransportError:
            return {}
        return dict(answer.json()) if answer.status_code == 200 else {}

    def await_end(self, upload: Upload, *, within: float = 60) -> Json:
        """Wait for the end of the import and return its status document."""
        document: Json = {}

        def is_final() -> bool:
            document.clear()
            document.update(self.status(upload))
            return document.get("status") in FINAL

        wait_until(is_final, timeout=within, what=f"{upload.job} must end", poll=0.1)
        return document

    def cancel(self, upload: Upload) -> httpx.Response:
        """Request the cancellation of the job and return the answer."""
        return self.ask("POST", f"{upload.url}cancel/")
