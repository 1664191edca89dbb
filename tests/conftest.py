"""Who is in the tests: Alice administers, Bob may import, Charlie is nobody in particular."""

import itertools
import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
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
from users_uc.models import User
from users_uc.tokens.families import issue_pair

PASSWORD = "correct horse battery"
SEEDS = ("FUZZ_SEED", "FAULT_SEED")
HASHER = type(get_hasher())
REAL_HASHING = {name: getattr(HASHER, name) for name in ("memory_cost", "time_cost")}
LONG_TESTS = Path(__file__).parent / "faults"
_numbers = itertools.count()


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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Begin with the tests that take long: the many short ones fill the end of a parallel run.

    Tests that share a system stay together, in the order of their files. All others come in the
    random order of pytest-randomly.
    """
    sharing = [item for item in items if item.get_closest_marker("xdist_group")]
    yield
    others = [item for item in items if not item.get_closest_marker("xdist_group")]
    others.sort(key=lambda item: LONG_TESTS not in item.path.parents)
    items[:] = sharing + others


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


@pytest.fixture(scope="session")
def redis_databases() -> Iterator[list[Redis]]:
    """Clients of the logical databases that this test process has for itself."""
    urls = [database_url(django_settings.REDIS_URL, number) for number in range(DATABASES_EACH)]
    with ExitStack() as clients:
        yield [clients.enter_context(Redis.from_url(url)) for url in urls]


@pytest.fixture(autouse=True)
def _empty_redis(redis_databases: list[Redis]) -> None:
    """Empty the queue, the results and the cache, in which rate limits are counted."""
    for client in redis_databases:
        client.flushdb()


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings) -> Iterator[None]:
    """Give the test a storage folder of its own, which is made when a file is first stored."""
    folder = Path(settings.MEDIA_ROOT) / f"test-{next(_numbers)}"
    settings.MEDIA_ROOT = folder
    settings.INCOMING_DIR = folder / "incoming"
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """WhiteNoise lists them for each new client, which takes longer than most requests."""
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


@pytest.fixture(autouse=True)
def _fast_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash a password in a tenth of a millisecond; see `real_hashing`."""
    monkeypatch.setattr(HASHER, "memory_cost", 8)  # KiB; no less is possible
    monkeypatch.setattr(HASHER, "time_cost", 1)


@pytest.fixture
def real_hashing(_fast_hashing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as the service does, for tests of what a hash is or costs."""
    for name, value in REAL_HASHING.items():
        monkeypatch.setattr(HASHER, name, value)


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
