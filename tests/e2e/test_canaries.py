"""Canaries: no secret and no personal value is in a place that does not need it."""

import secrets
from collections.abc import Iterator

import pytest

from local.api_client import ApiClient, Json
from local.ports import HOST
from local.stack import Stack
from local.waiting import wait_until
from tests.collector import Collector, collecting
from tests.e2e.canaries import console, failures, mails, places, requests, uploads
from tests.e2e.canaries.planted import PLANTED
from tests.e2e.canaries.visitor import Visitor
from tests.mails import Mailbox, serving
from tests.stacks import as_admin, await_end, running

pytestmark = pytest.mark.xdist_group("stack")

ENV = {
    "OTEL_BSP_SCHEDULE_DELAY": "100",
    "RECOVER_AFTER_SECONDS": "2",
    "RECOVER_EVERY_SECONDS": "2",
    "IMPORT_MAX_ATTEMPTS": "100",
    "THROTTLE_LOGIN": "1000/min",
    "TRUSTED_PROXIES": "1",
    "LOG_LEVEL": "DEBUG",
    "LOG_FORMAT": "json",
}


def random_word(letters: str) -> str:
    """Return a word that no other text contains."""
    return "".join(secrets.choice(letters) for _ in range(24))


@pytest.fixture(scope="module")
def planted() -> dict[str, str]:
    """Return a word for each name. Passwords use other letters, so that none resembles a name."""
    letters = {True: "abcdefghijklm01234", False: "nopqrstuvwxyz56789"}
    return {name: random_word(letters["password" in name]) for name in PLANTED}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def mailbox(planted: dict[str, str]) -> Iterator[Mailbox]:
    mailbox = Mailbox(login=("accounts", planted["EMAIL_HOST_PASSWORD"]))
    with serving(mailbox):
        yield mailbox


@pytest.fixture(scope="module")
def stack(
    collector: Collector, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    user, password = mailbox.login or ("", "")
    env = ENV | {"OTEL_EXPORTER_JAEGER_ENDPOINT": collector.url, "USER_SEARCH_INDEX": "true"}
    env |= {"EMAIL_HOST": HOST, "EMAIL_PORT": str(mailbox.port)}
    env |= {"EMAIL_HOST_USER": user, "EMAIL_HOST_PASSWORD": password}
    with running(tmp_path_factory.mktemp("canaries"), **env) as stack:
        yield stack


@pytest.fixture(scope="module")
def written(
    stack: Stack, collector: Collector, mailbox: Mailbox, planted: dict[str, str]
) -> places.Places:
    """Plant the canaries and return everything that the system has written."""
    planted |= system_secrets(stack)
    with Visitor(stack.base_url) as visitor, as_admin(stack) as client:
        tokens = requests.accounts(visitor, planted)
        planted |= {f"{name} token": token for name, token in tokens.items()}
        planted["token of a link"] = mails.mails(visitor, planted, mailbox)
        admin = requests.bearer(client.token)
        queue, documents = plant(stack, visitor, planted, admin, client)
        returned = [uploads.failed_rows(visitor, document, admin) for document in documents]
        listed = [uploads.results(visitor, document, admin) for document in documents]
    await_spans(collector)
    found = places.collect(stack)
    found["redis"] += queue
    own = {
        "traces": collector.bodies,
        "answers": visitor.errors,
        "failed-rows": returned,
        "results": listed,
    }
    return found | {name: b"\n".join(parts) for name, parts in own.items()}


def plant(
    stack: Stack,
    visitor: Visitor,
    planted: dict[str, str],
    admin: dict[str, str],
    client: ApiClient,
) -> tuple[bytes, list[Json]]:
    """Return the content of Valkey during a waiting import, and the documents of all imports."""
    requests.headers(visitor, planted)
    requests.broken_http(visitor, planted)
    requests.addresses(visitor, planted, admin)
    requests.bodies(visitor, planted, admin)
    requests.attributes(visitor, planted, admin)
    requests.keys(visitor, planted, admin)
    requests.webhooks(visitor, planted, admin)
    requests.browser(stack.base_url, planted)
    urls = uploads.uploads(visitor, planted, admin) + console.console(visitor, planted, client)
    urls.append(failures.concurrent_insert(stack, visitor, planted, admin))
    queue, url = failures.waiting_import(stack, visitor, planted, admin)
    failures.unexpected_error(stack, visitor, planted)
    urls += [url, *failures.failing_task(stack, visitor, planted, admin)]
    failures.without_database(stack, visitor, planted, admin)
    return queue, [await_end(client, url, within=60) for url in urls]


def system_secrets(stack: Stack) -> dict[str, str]:
    """Return the secrets that the processes get from their environment."""
    own = stack.site.secrets
    return {
        "DJANGO_SECRET_KEY": own.django_key,
        "JWT_SECRET_KEY": own.jwt_key,
        "JWT_PRIVATE_KEY": own.jwt_private_key.split("\n")[1],
        "DB_PASSWORD": own.db_password,
        "password of REDIS_URL": own.redis_password,
    }


def await_spans(collector: Collector) -> None:
    """Wait for the spans of the last failing request."""
    wait_until(
        lambda: any(s.attributes.get("error.type") == "503" for s in collector.spans),
        timeout=20, what="the spans must arrive", poll=0.2,
    )  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_canary_is_exactly_where_it_is_allowed(
    written: places.Places, planted: dict[str, str], name: str
) -> None:
    found = {where for where, content in written.items() if places.contains(content, planted[name])}
    assert found == set(PLANTED[name].split())
