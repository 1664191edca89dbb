"""The certificate of a receiver: a real one, for the name `receiver.example`."""

import ssl
import subprocess
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.receivers import Receiver, answer_with, receiving
from webhooks import sender
from webhooks.sender import Answer, send

EVENT = {"webhook-id": "x"}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a key and a self-signed certificate."""
    file = tmp_path / "receiver.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=receiver.example", "-addext", "subjectAltName=DNS:receiver.example"),
            *("-keyout", file, "-out", tmp_path / "certificate.pem"),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + (tmp_path / "certificate.pem").read_text())
    return file


@pytest.fixture
def asked() -> list[str | None]:
    """Return the names for which clients asked in the handshake (SNI)."""
    return []


@pytest.fixture
def receiver(
    certificate: Path, asked: list[str | None], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Receiver]:
    """Run the receiver, to which each name in `.example` resolves."""
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: asked.append(name)
    with receiving(tls=context) as receiver:
        answer_with(monkeypatch, "127.0.0.1", port=receiver.server_port)
        yield receiver


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the sender trust the certificate as the operator does: with SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    sender._tls.cache_clear()
    yield
    sender._tls.cache_clear()


@pytest.mark.usefixtures("trusted")
def test_the_certificate_is_checked_for_the_name(
    receiver: Receiver, asked: list[str | None]
) -> None:
    port = receiver.server_port
    assert send(f"https://receiver.example:{port}/hook", b"{}", EVENT) == Answer(204, "")
    assert send(f"https://other.example:{port}/hook", b"{}", EVENT) == Answer(None, "tls")
    assert send(f"https://127.0.0.1:{port}/hook", b"{}", EVENT) == Answer(None, "tls")
    assert asked == ["receiver.example", "other.example", None]
    ((headers, _),) = receiver.events
    assert headers["host"] == f"receiver.example:{port}"


@pytest.mark.usefixtures("trusted")
def test_a_dot_at_the_end_is_no_part_of_the_name(receiver: Receiver) -> None:
    """A certificate has the name without it (RFC 6066)."""
    url = f"https://receiver.example.:{receiver.server_port}/hook"
    assert send(url, b"{}", EVENT) == Answer(204, "")


def test_an_unknown_certificate_is_refused(receiver: Receiver) -> None:
    url = f"https://receiver.example:{receiver.server_port}/hook"
    assert send(url, b"{}", EVENT) == Answer(None, "tls")
    assert not receiver.events
