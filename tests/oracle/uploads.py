"""Uploads through the API in the process of the test."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

UPLOAD = "/api/v1/imports/"


def upload(client: APIClient, data: bytes, options: Mapping[str, str]) -> Any:
    """Upload the file and return the response."""
    file = SimpleUploadedFile("people.csv", data, content_type="text/csv")
    return client.post(UPLOAD, {"file": file, **options}, format="multipart")
