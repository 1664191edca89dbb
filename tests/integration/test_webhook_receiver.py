"""The receiver of docs/clients.md, which gets real deliveries."""

import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from local.site import ROOT
from users_uc.models import User
from webhooks import registry, sealed, signing
from webhooks.deliver import deliver
from webhooks.events import add_test
from webhooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook() -> Any:
    """Return the class of the document."""
    text = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(from http.server.*?)^```", text, re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102  (the document's own example)
    return names["Hook"]


@pytest.fixture
def port(hook: Any, settings: Settings) -> Iterator[int]:
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with ThreadingHTTPServer(("127.0.0.1", 0), hook) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def webhook(alice: User, port: int, hook: Any) -> Webhook:
    with transaction.atomic():
        url = f"http://127.0.0.1:{port}/hook"
        webhook, hook.secret = registry.create(alice, url=url, events=["user.created"])
    return webhook


def test_it_prints_an_event_once(
    webhook: Webhook, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """The event comes twice, the second time with names of headers in other letters."""
    delivery = add_test(webhook)
    deliver()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_status_code) == ("succeeded", 204)
    body = signing.body_of(delivery)
    headers = {name.title(): value for name, value in signing.headers_of(delivery, body).items()}
    assert "Webhook-Signature" in headers
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/hook", body, headers)
    assert connection.getresponse().status == 204
    connection.close()
    printed = capsys.readouterr().out
    assert printed.splitlines() == [f"webhook.test {delivery.data}"]


def test_it_refuses_another_signature(webhook: Webhook, hook: Any) -> None:
    hook.secret = sealed.new_secret()
    add_test(webhook)
    deliver()
    assert Delivery.objects.values_list("last_status_code", "last_error").get() == (400, "status")
    assert not hook.seen
