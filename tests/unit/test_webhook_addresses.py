"""The IP addresses to which webhooks may be sent, and the request to them."""

import socket
import threading
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from pytest_django import Settings
from urllib3.util import parse_url

from tests.receivers import answer_with, receiving
from webhooks.addresses import AddressRefusedError, InvalidHostError, check_host, is_public
from webhooks.sender import Answer, send

LOOPBACK = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.1"),
        *("100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::127.0.0.1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b:1::1"),
    ],
)  # fmt: skip
def test_any_other_address_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "169.254.169.254"]
)
def test_an_address_is_refused_in_each_notation(host: str) -> None:
    with pytest.raises(AddressRefusedError):
        check_host(parse_url(f"https://{host}/"))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "a.localhost"])
def test_a_name_of_this_machine_needs_an_allowed_network(host: str, settings: Settings) -> None:
    url = parse_url(f"https://{host}/")
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.0.0.0/8")]
    with pytest.raises(AddressRefusedError):
        check_host(url)
    settings.WEBHOOK_ALLOWED_NETWORKS = LOOPBACK
    check_host(url)


@pytest.mark.parametrize(
    "host",
    [
        *("...", "-", "-a.example", "a-.example", "a..example", ".example", "a.example.."),
        *("a$b.example", "a%24.example"),
        *("127.0.0.1.", "1.2.3.4.5", "256.1.1.1", "a.0x7f", "[::1%25lo]"),
        *("x" * 64 + ".example", ".".join(["x" * 63] * 4), "*.example"),
    ],
)  # fmt: skip
def test_a_host_that_no_name_server_knows_is_invalid(host: str) -> None:
    with pytest.raises(InvalidHostError):
        check_host(parse_url(f"https://{host}/"))


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "example.com.", "a_b.internal", "xn--bcher-kva.example", "bücher.example"),
        *("x" * 63 + ".example", "3.example", "a.3com", "0x7f.example", "receiver", "1.1.1.1"),
    ],
)
def test_a_name_is_checked_when_an_event_is_sent(host: str) -> None:
    check_host(parse_url(f"https://{host}/"))


def test_a_name_that_changes_its_address_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """The request goes to the IP address that was checked: the name is resolved once."""
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    with (
        receiving(host="127.0.0.2") as checked,
        receiving(checked.server_port, host="127.0.0.3") as other,
    ):
        names = answer_with(monkeypatch, "127.0.0.2", "127.0.0.3", port=checked.server_port)
        url = f"http://receiver.example:{checked.server_port}/"
        assert send(url, b"{}", {"webhook-id": "x"}) == Answer(204, "")
        assert names == ["receiver.example"]
        assert send(url, b"{}", {"webhook-id": "y"}) == Answer(None, "address_refused")
    assert (checked.ids, other.ids) == (["x"], [])


def test_a_look_up_without_an_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> Any:
        is_over.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    try:
        answer = send("https://receiver.example/", b"{}", {}, seconds=0.2)
        assert answer == Answer(None, "timeout")
    finally:
        is_over.set()


def test_an_unknown_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answer = send("https://receiver.example/", b"{}", {})
    assert answer == Answer(None, "name_not_resolved")


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
            for address in ("93.184.215.14", "169.254.169.254")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert send("https://receiver.example/", b"{}", {}) == Answer(None, "address_refused")


def test_http_needs_an_allowed_network(settings: Settings) -> None:
    with receiving() as receiver:
        assert send(receiver.url, b"{}", {"webhook-id": "x"}).error == "address_refused"
        settings.WEBHOOK_ALLOWED_NETWORKS = LOOPBACK
        assert send(receiver.url, b"{}", {"webhook-id": "x"}) == Answer(204, "")
    ((headers, body),) = receiver.events
    assert (headers["host"], body) == (f"127.0.0.1:{receiver.server_port}", b"{}")


def test_a_redirect_is_not_followed(settings: Settings) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = LOOPBACK
    with receiving() as target, receiving() as receiver:
        receiver.status, receiver.headers = 307, {"Location": target.url}
        assert send(receiver.url, b"{}", {"webhook-id": "x"}) == Answer(307, "redirect")
    assert not target.events


def test_no_proxy_of_the_environment_is_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = LOOPBACK
    with receiving() as proxy, receiving() as receiver:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert send(receiver.url, b"{}", {"webhook-id": "x"}).status == 204
    assert not proxy.events


@pytest.mark.parametrize("text", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_an_answer_that_drips_is_cut(settings: Settings, text: bytes) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = LOOPBACK
    ended = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(text)
            while not ended.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server])
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert send(url, b"{}", {}, seconds=0.5).error == "timeout"
        ended.set()
        thread.join()
