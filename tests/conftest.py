"""Who is in the tests: Alice administers, Bob may import, Charlie is nobody in particular."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from kombu import pools
from pytest_django import Settings
from rest_framework.test import APIClient

from core.celery import app
from local.ports import HOST
from tests.mails import Mailbox, serving
from users_uc.models import User
from users_uc.tokens.families import issue_pair

PASSWORD = "correct horse battery"
SEEDS = ("FUZZ_SEED", "FAULT_SEED")


def pytest_configure() -> None:
    """Seeds for all processes of a run; see tests/fuzz and tests/faults."""
    for name in SEEDS:
        os.environ.setdefault(name, str(secrets.randbelow(10**9)))
    # The machine is shared: how long an example takes says nothing.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")


def pytest_report_header() -> str:
    """So that a run can be repeated."""
    return " ".join(f"{name}={os.environ[name]}" for name in SEEDS)


@pytest.fixture
def alice(db: None) -> User:
    """A superuser."""
    return User.objects.create_superuser("alice@example.com", PASSWORD, name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    """Staff who may import."""
    user = User.objects.create_user("bob@example.com", PASSWORD, name="Bob", is_staff=True)
    user.set_can_import(allowed=True)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    """An ordinary user."""
    return User.objects.create_user("charlie@example.com", PASSWORD, name="Charlie")


def client_of(user: User | None) -> APIClient:
    """A client that sends the user's token."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_pair(user)['access']}")
    return client


@pytest.fixture
def anonymous() -> APIClient:
    """A client without a token."""
    return client_of(None)


@pytest.fixture
def as_alice(alice: User) -> APIClient:
    """Alice's client."""
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> APIClient:
    """Bob's client."""
    return client_of(bob)


@pytest.fixture
def as_charlie(charlie: User) -> APIClient:
    """Charlie's client."""
    return client_of(charlie)


@pytest.fixture(autouse=True)
def _fresh_counters(request: pytest.FixtureRequest) -> Iterator[None]:
    """Throttles count from nothing in each test that has a database."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _no_mail_server(django_test_environment: None) -> None:
    """As in a new installation; Django's test environment keeps mails in memory."""
    django_settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


@pytest.fixture
def mail_is_configured(settings: Settings) -> None:
    """Mails can be asked for; nobody sends them."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def mailbox(transactional_db: None, settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the settings name."""
    mailbox = Mailbox()
    settings.EMAIL_BACKEND = "users_uc.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, mailbox.port
    with serving(mailbox):
        yield mailbox


@pytest.fixture
def csv_file() -> Callable[..., SimpleUploadedFile]:
    """Makes an upload of some content."""

    def make(content: str | bytes, name: str = "people.csv") -> SimpleUploadedFile:
        data = content.encode() if isinstance(content, str) else content
        return SimpleUploadedFile(name, data, content_type="text/csv")

    return make


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Nobody listens there, and nobody else can."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def _forget_connections() -> None:
    pools.reset()
    vars(app)["_pool"] = None
    vars(app.amqp)["_producer_pool"] = None


@pytest.fixture
def broker_away() -> Iterator[None]:
    """Publishing meets a port where nobody listens."""
    before = app.conf.broker_write_url
    app.conf.update(broker_write_url="redis://127.0.0.1:1/0")
    _forget_connections()
    yield
    app.conf.update(broker_write_url=before)
    _forget_connections()
