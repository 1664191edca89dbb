"""An HTTP client that keeps every error answer."""

import socket
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

ADDRESS = "/api/v1/imports/"


class Visitor:
    """A client. `errors` has the headers and bodies of all answers of 400 and above."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.errors: list[bytes] = []
        self.http = httpx.Client(base_url=base_url, trust_env=False, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, method: str, url: str, *, status: int, **arguments: Any) -> httpx.Response:
        """Send a request, check the status and return the answer."""
        answer = self.http.request(method, url, **arguments)
        assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text}"
        if status >= 400:
            self.errors.append(f"{answer.headers}\n{answer.text}".encode())
        return answer

    def post(self, url: str, body: object, *, status: int, **arguments: Any) -> httpx.Response:
        """Send a POST request with a JSON body."""
        return self.ask("POST", url, status=status, json=body, **arguments)

    def upload(
        self, content: str | bytes, *, status: int = 202, name: str = "people.csv", **arguments: Any
    ) -> httpx.Response:
        """Upload a file; `data` has its options."""
        data = content.encode() if isinstance(content, str) else content
        files = {"file": (name, data, "text/csv")}
        return self.ask("POST", ADDRESS, status=status, files=files, **arguments)

    def raw(self, request: str, *, status: int) -> None:
        """Send bytes that no HTTP library would send."""
        address = urlsplit(self.base_url)
        with socket.create_connection((address.hostname, address.port or 80), timeout=30) as server:
            server.sendall(request.encode())
            answer = b"".join(iter(lambda: server.recv(65536), b""))
        assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer
        self.errors.append(answer)
