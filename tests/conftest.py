"""Fixtures for all tests. Alice is a superuser, Bob may import, Charlie is an ordinary user."""

import itertools
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import get_hasher
from django.core.files.uploadedfile import SimpleUploadedFile
from kombu import pools
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient
from whitenoise.middleware import WhiteNoiseMiddleware

from core.celery import app
from core.redis import database_url
from local.ports import HOST
from tests.mails import Mailbox, serving
from tests.servers import DATABASES_EACH
from tests.tables import emptied_fast
from users_uc.models import User
from users_uc.tokens.families import issue_pair

PASSWORD = "correct horse battery"
HASHER = type(get_hasher())
REAL_HASHING = {name: getattr(HASHER, name) for name in ("memory_cost", "time_cost")}
_numbers = itertools.count()


@pytest.fixture
def alice(db: None) -> User:
    """Return a superuser."""
    return User.objects.create_superuser("alice@example.com", PASSWORD, name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    """Return a staff user with `can_import`."""
    user = User.objects.create_user("bob@example.com", PASSWORD, name="Bob", is_staff=True)
    user.set_can_import(allowed=True)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    """Return an ordinary user."""
    return User.objects.create_user("charlie@example.com", PASSWORD, name="Charlie")


def client_of(user: User | None) -> APIClient:
    """Return a client that sends the user's token, or none for None."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_pair(user)['access']}")
    return client


@pytest.fixture
def anonymous() -> APIClient:
    """Return a client without a token."""
    return client_of(None)


@pytest.fixture
def as_alice(alice: User) -> APIClient:
    """Return the client of Alice."""
    return client_of(alice)


@pytest.fixture
def as_bob(bob: User) -> APIClient:
    """Return the client of Bob."""
    return client_of(bob)


@pytest.fixture
def as_charlie(charlie: User) -> APIClient:
    """Return the client of Charlie."""
    return client_of(charlie)


@pytest.fixture(scope="session")
def redis_databases() -> Iterator[list[Redis]]:
    """Return clients of the logical Redis databases of this test process."""
    urls = [database_url(django_settings.REDIS_URL, number) for number in range(DATABASES_EACH)]
    with ExitStack() as clients:
        yield [clients.enter_context(Redis.from_url(url)) for url in urls]


@pytest.fixture(autouse=True)
def _empty_redis(redis_databases: list[Redis]) -> None:
    """Empty the queue, the results and the cache, which counts for the rate limits."""
    for client in redis_databases:
        client.flushdb()


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings) -> Iterator[None]:
    """Give the test a storage folder of its own; the first stored file creates the folder."""
    folder = Path(settings.MEDIA_ROOT) / f"test-{next(_numbers)}"
    settings.MEDIA_ROOT = folder
    settings.INCOMING_DIR = folder / "incoming"
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """List the static files once. WhiteNoise lists them for each client, which is slow."""
    listed: dict[str, object] = {}
    list_files = WhiteNoiseMiddleware.add_files_from_finders

    def list_once(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            list_files(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", list_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_fast() -> Iterator[None]:
    with emptied_fast():
        yield


@pytest.fixture(autouse=True)
def _fast_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash a password in 0.1 ms; see `real_hashing`."""
    monkeypatch.setattr(HASHER, "memory_cost", 8)  # KiB, the minimum of argon2
    monkeypatch.setattr(HASHER, "time_cost", 1)


@pytest.fixture
def real_hashing(_fast_hashing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the service's parameters, for tests of a hash or of its cost."""
    for name, value in REAL_HASHING.items():
        monkeypatch.setattr(HASHER, name, value)


@pytest.fixture(scope="session", autouse=True)
def _no_mail_server(django_test_environment: None) -> None:
    """Configure no mail server, as in a new installation; Django's tests keep mails in memory."""
    django_settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


@pytest.fixture
def mail_is_configured(settings: Settings) -> None:
    """Configure mail, so that users can request mails; no server delivers them."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def mailbox(transactional_db: None, settings: Settings) -> Iterator[Mailbox]:
    """Run a mail server that the settings name."""
    mailbox = Mailbox()
    settings.EMAIL_BACKEND = "users_uc.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, mailbox.port
    with serving(mailbox):
        yield mailbox


@pytest.fixture
def csv_file() -> Callable[..., SimpleUploadedFile]:
    """Return a function that makes an uploaded file from its content."""

    def make(content: str | bytes, name: str = "people.csv") -> SimpleUploadedFile:
        data = content.encode() if isinstance(content, str) else content
        return SimpleUploadedFile(name, data, content_type="text/csv")

    return make


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Reserve a port on which no process listens or can listen."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture
def cache_unavailable(settings: Settings, closed_port: int) -> None:
    """Let the cache connect to a port on which no process listens."""
    unavailable = {"LOCATION": f"redis://127.0.0.1:{closed_port}/0"}
    settings.CACHES = {"default": settings.CACHES["default"] | unavailable}


def _forget_connections() -> None:
    pools.reset()
    vars(app)["_pool"] = None
    vars(app.amqp)["_producer_pool"] = None


@pytest.fixture
def broker_unavailable() -> Iterator[None]:
    """Let publishing connect to a port on which no process listens."""
    before = app.conf.broker_write_url
    app.conf.update(broker_write_url="redis://127.0.0.1:1/0")
    _forget_connections()
    yield
    app.conf.update(broker_write_url=before)
    _forget_connections()
