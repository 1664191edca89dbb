"""API keys for tests."""

from datetime import datetime

from rest_framework.test import APIClient

from users_uc.api_keys import registry
from users_uc.models import ApiKey, User


def make_key(
    owner: User, *scopes: str, expires_at: datetime | None = None, name: str = "Nightly job"
) -> tuple[ApiKey, str]:
    """Create a key and return it with its text."""
    return registry.create(owner, name=name, scopes=scopes, expires_at=expires_at)


def client_with(text: str) -> APIClient:
    """Return a client that sends this key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def client_with_key(owner: User, *scopes: str) -> APIClient:
    """Return a client that sends a new key of the user."""
    return client_with(make_key(owner, *scopes)[1])
