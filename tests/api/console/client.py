"""A browser that uploads with tus 1.0."""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import IO, Any

from django.test import Client

UPLOADS = "/console/uploads/"
CHECK = "/console/uploads/check/"
TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
CSV = b"email,name\nann@example.com,Ann\n"


def create(
    browser: Client,
    size: int = len(CSV),
    name: str = "people.csv",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Send the request of a new upload."""
    metadata = f"filename {base64.b64encode(name.encode()).decode()}"
    own = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
    return browser.generic("POST", UPLOADS, headers={**own, **headers})


def send(
    browser: Client,
    url: str,
    offset: int,
    body: bytes,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Send a part."""
    own = {**TUS, "Upload-Offset": str(offset)}
    return browser.patch(url, body, PART, headers={**own, **headers}, CONTENT_TYPE=PART)


def send_stream(browser: Client, url: str, body: IO[bytes], length: int) -> Any:
    """Send a part of this length, whose body is the stream."""
    extra: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(length)}
    headers = {**TUS, "Upload-Offset": "0"}
    return browser.patch(url, headers=headers, CONTENT_TYPE=PART, **extra)


def offset_of(browser: Client, url: str) -> int:
    """Return the number of bytes that the server has."""
    return int(browser.head(url, headers=TUS)["Upload-Offset"])


def check(browser: Client, content: bytes, kind: str = "application/octet-stream") -> Any:
    """Send the beginning of a file."""
    return browser.post(CHECK, content, content_type=kind)
