"""Fixtures: a browser, uploads, and a user who may not import."""

import pytest
from django.test import Client

from console.models import Upload
from tests.api.console.browsers import browser_of
from tests.api.console.client import create
from tests.api.console.uploads import CONTENT, complete_upload
from tests.conftest import PASSWORD
from users_uc.models import User


@pytest.fixture
def browser(bob: User) -> Client:
    """Return the browser of Bob, who may import."""
    return browser_of(bob)


@pytest.fixture
def url(browser: Client) -> str:
    """Return the URL of a new upload of Bob, for the file CSV."""
    location: str = create(browser)["Location"]
    return location


@pytest.fixture
def upload(bob: User) -> Upload:
    """Return an upload of two users."""
    return complete_upload(bob, CONTENT)


@pytest.fixture
def dora(db: None) -> User:
    """Return a user of the staff who may not import."""
    return User.objects.create_user("dora@example.com", PASSWORD, name="Dora", is_staff=True)
