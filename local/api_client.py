"""The API as the demo and the load test use it."""

from pathlib import Path
from typing import Any, BinaryIO, Self, cast

import httpx

from local.errors import LocalError

type Json = dict[str, Any]


class RefusedError(LocalError):
    """The service has answered with an error."""

    def __init__(self, url: str, answer: httpx.Response) -> None:
        """The text has the whole answer."""
        super().__init__(f"{url} answers {answer.status_code}: {answer.text}")
        self.status = answer.status_code
        self.retry_after = answer.headers.get("Retry-After", "")


class ApiClient:
    """Logged in as one user. Every failure is a LocalError."""

    def __init__(self, base_url: str, email: str, password: str) -> None:
        """Log in."""
        # An upload of any size is one request: only silence is a reason to give up.
        self._http = httpx.Client(base_url=base_url, trust_env=False, timeout=60)
        login = {"email": email, "password": password}
        self.token = str(self._call("POST", "/api/auth/login/", json=login)["access"])
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def __enter__(self) -> Self:
        """For closing the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def _call(self, method: str, url: str, **arguments: Any) -> Json:
        try:
            answer = self._http.request(method, url, **arguments)
            answer.raise_for_status()
            return cast("Json", answer.json())
        except httpx.HTTPStatusError as error:
            raise RefusedError(url, error.response) from error
        except httpx.HTTPError as error:
            raise LocalError(f"{url}: {error}") from error

    def upload(self, path: Path, **options: str) -> str:
        """Send the file in pieces; return the address of its status."""
        with path.open("rb") as file:
            return self.send(file, name=path.name, **options)

    def send(self, file: BinaryIO, *, name: str, **options: str) -> str:
        """The same for what is open already. `options`: the form's other fields."""
        url, files = "/api/contacts/upload-csv/", {"file": (name, file, "text/csv")}
        return str(self._call("POST", url, data=options, files=files)["status_url"])

    def create(self, url: str, body: Json) -> Json:
        """What the service says that it has made."""
        return self._call("POST", url, json=body)

    def status(self, url: str) -> Json:
        """The status document of an import."""
        return self._call("GET", url)
