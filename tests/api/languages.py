"""Requests with an Accept-Language header."""

from typing import Any

from django.http import HttpResponse
from rest_framework.test import APIClient

JSON = "application/json"


def send(
    client: APIClient, language: str, method: str, url: str, body: Any = None, kind: str = JSON
) -> HttpResponse:
    """Send the request with this Accept-Language header and return the answer."""
    headers = {"HTTP_ACCEPT_LANGUAGE": language}
    if kind == JSON:
        answer: HttpResponse = getattr(client, method)(url, body, **headers)
        return answer
    return client.generic(method, url, body or "", kind, **headers)  # type: ignore[arg-type]
