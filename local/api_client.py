"""A client of the API for the demo, the load test, tests and benchmarks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

import httpx

from local.errors import LocalError

type Json = dict[str, Any]


class ApiError(LocalError):
    """The API has answered with an error."""

    def __init__(self, url: str, answer: httpx.Response) -> None:
        """Put the whole answer into the message."""
        super().__init__(f"{url} answers {answer.status_code}: {answer.text}")
        self.status = answer.status_code
        self.retry_after = answer.headers.get("Retry-After", "")


class ApiClient:
    """A client with an access token or an API key. Every error is a LocalError."""

    def __init__(self, base_url: str, token: str) -> None:
        """Send this access token or API key with each request."""
        self.token = token
        self.password = ""
        # A large upload is one long request, so the timeout limits only silence.
        self._http = httpx.Client(base_url=base_url, trust_env=False, timeout=60)
        self._http.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def log_in(cls, base_url: str, email: str, password: str) -> Self:
        """Return a client that is logged in as one user, with the password for later use."""
        url, login = f"{base_url}/api/v1/auth/login/", {"email": email, "password": password}
        answer = _json(url, lambda: httpx.post(url, json=login, trust_env=False, timeout=60))
        client = cls(base_url, str(answer["access"]))
        client.password = password
        return client

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def _call(self, method: str, url: str, **arguments: Any) -> Json:
        return _json(url, lambda: self._http.request(method, url, **arguments))

    def upload(self, path: Path, **options: str) -> str:
        """Upload the file block by block and return the URL of its status."""
        with path.open("rb") as file:
            return self.send(file, name=path.name, **options)

    def send(self, file: BinaryIO, *, name: str, **options: str) -> str:
        """Upload an open file and return the URL of its status.

        `options` are the other fields of the form.
        """
        url, files = "/api/v1/imports/", {"file": (name, file, "text/csv")}
        return str(self._call("POST", url, data=options, files=files)["status_url"])

    def create(self, url: str, body: Json) -> Json:
        """Create an object and return it as the API shows it."""
        return self._call("POST", url, json=body)

    def status(self, url: str) -> Json:
        """Return the JSON document at this URL, such as the status of an import."""
        return self._call("GET", url)


def _json(url: str, send: Callable[[], httpx.Response]) -> Json:
    """Send the request and return the document of its answer. Raises `LocalError`."""
    try:
        answer = send()
        answer.raise_for_status()
        return cast("Json", answer.json())
    except httpx.HTTPStatusError as error:
        raise ApiError(url, error.response) from error
    except httpx.HTTPError as error:
        raise LocalError(f"{url}: {error}") from error
