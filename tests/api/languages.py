"""Requests of people who read this or that language."""

from typing import Any

from django.http import HttpResponse
from rest_framework.test import APIClient

JSON = "application/json"


def send(
    client: APIClient, language: str, method: str, url: str, body: Any = None, kind: str = JSON
) -> HttpResponse:
    """The answer to somebody who reads this language."""
    headers = {"HTTP_ACCEPT_LANGUAGE": language}
    if kind == JSON:
        answer: HttpResponse = getattr(client, method)(url, body, **headers)
        return answer
    return client.generic(method, url, body or "", kind, **headers)  # type: ignore[arg-type]
