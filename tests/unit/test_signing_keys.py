"""Keys in PEM format, their thumbprints, and the errors for keys that cannot be used."""

import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from django.core.exceptions import ImproperlyConfigured

from core.signing_keys import private_key, public_keys
from tests.token_keys import new_pair

RFC_8037_KEY = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
NAME = "JWT_PRIVATE_KEY"


def pem(
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    | ed448.Ed448PrivateKey,
    kind: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:  # fmt: skip
    return key.private_bytes(Encoding.PEM, kind, encryption or NoEncryption()).decode()


P256 = ec.generate_private_key(ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()


def test_the_kid_is_the_thumbprint_of_rfc_7638() -> None:
    """The key and its thumbprint are the example of RFC 8037, appendix A."""
    seed = urlsafe_b64decode(RFC_8037_KEY + "=")
    _, public = private_key(NAME, pem(ed25519.Ed25519PrivateKey.from_private_bytes(seed)))
    assert public.kid == RFC_8037_THUMBPRINT
    assert public.jwk == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": RFC_8037_THUMBPRINT,
        "alg": "EdDSA",
        "use": "sig",
    }


def test_coordinates_that_begin_with_a_zero_keep_it() -> None:
    number = next(
        number for number in range(1, 10_000)
        if ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers().x < 1 << 248
    )  # fmt: skip
    key = ec.derive_private_key(number, ec.SECP256R1())
    _, public = private_key(NAME, pem(key))
    assert (public.algorithm, public.jwk["kty"], public.jwk["crv"]) == ("ES256", "EC", "P-256")
    x = key.public_key().public_numbers().x.to_bytes(32)
    assert public.jwk["x"] == urlsafe_b64encode(x).decode().rstrip("=")
    assert public.jwk["x"].startswith("A")


@pytest.mark.parametrize("key", [P256, ED25519], ids=["P-256", "Ed25519"])
def test_a_published_key_has_no_private_part(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    _, public = private_key(NAME, pem(key))
    assert public.jwk.keys() <= {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize(
    "text",
    [
        pem(P256),
        pem(P256, PrivateFormat.TraditionalOpenSSL),
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        + pem(P256, PrivateFormat.TraditionalOpenSSL),
        " ".join(pem(P256).split("\n")),
        pem(P256).replace("\n", "\r\n"),
    ],
    ids=["PKCS #8", "SEC 1", "with parameters", "on one line", "with CRLF"],
)
def test_notations_of_one_key_have_the_same_kid(text: str) -> None:
    private, public = private_key(NAME, text)
    assert private == pem(P256)
    assert public == private_key(NAME, pem(P256))[1]


def test_keys_of_openssl_are_accepted() -> None:
    for arguments in (["ed25519"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]):
        made = subprocess.run(
            ["openssl", "genpkey", "-algorithm", *arguments],  # noqa: S607
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        _, public = private_key(NAME, made.stdout)
        derived = subprocess.run(
            ["openssl", "pkey", "-pubout"],  # noqa: S607
            input=made.stdout, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert public_keys("X", derived.stdout) == [public]


DAMAGED = pem(P256).replace("M", "N", 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secret", "must be in PEM format"),
        (pem(P256)[:-9], "must be in PEM format"),
        (pem(P256) + "more", "must be in PEM format"),
        (pem(P256) + pem(ED25519), "must have one private key"),
        (new_pair("EdDSA").public.pem, "must have one private key"),
        (DAMAGED, "damaged or unknown"),
        (pem(P256, encryption=BestAvailableEncryption(b"x")), "without a passphrase"),
        (
            pem(P256, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")),
            "without a passphrase",
        ),
        (pem(rsa.generate_private_key(65537, 2048)), "not RSAPublicKey"),
        (pem(ed448.Ed448PrivateKey.generate()), "not Ed448PublicKey"),
        (pem(ec.generate_private_key(ec.SECP256K1())), "not secp256k1"),
        (pem(ec.generate_private_key(ec.SECP384R1())), "not secp384r1"),
    ],
    ids=[
        *("no PEM", "cut", "with more", "two keys", "public", "damaged"),
        *("PKCS #8 with a passphrase", "SEC 1 with a passphrase"),
        *("RSA", "Ed448", "secp256k1", "P-384"),
    ],
)
def test_a_private_key_that_cannot_be_used_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message) as error:
        private_key(NAME, text)
    assert str(error.value).startswith(f"{NAME} ")
    assert len(text) < 60 or text[40:60] not in str(error.value)


def test_public_keys_may_stand_on_one_line() -> None:
    pairs = [new_pair("EdDSA"), new_pair("ES256")]
    text = ", ".join(" ".join(pair.public.pem.split("\n")) for pair in pairs)
    assert public_keys("X", text) == [pair.public for pair in pairs]
    assert public_keys("X", "") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (pem(P256), "X must have public keys only"),
        ("https://example.com/jwks.json", "X must be in PEM format"),
        (new_pair("EdDSA").public.pem + "x", "X must be in PEM format"),
        (new_pair("EdDSA").public.pem.replace("MCow", "MCox"), "X has a key that is damaged"),
    ],
    ids=["private", "a URL", "with more", "damaged"],
)
def test_public_keys_that_cannot_be_used_are_an_error(text: str, message: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=message):
        public_keys("X", text)
