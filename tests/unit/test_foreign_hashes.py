"""Password hashes of other systems: which are accepted, and which passwords match them."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from itertools import groupby
from operator import itemgetter

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher
from pytest_django import Settings

from local.site import ROOT
from users_uc.passwords.foreign_hashes import MAX_LENGTH
from users_uc.passwords.notations import BARE, storable
from users_uc.passwords.schemes import Digest, HashError
from users_uc.passwords.wrapping import wrap

VECTORS = json.loads((ROOT / "tests/data/password-hashes/vectors.json").read_text("utf-8"))
LIBRARIES = {library: list(vectors) for library, vectors in groupby(VECTORS, itemgetter("library"))}
SIGNER_KEY = (
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
)
BCRYPT = "$2b$04$abcdefghijklmnopqrstuusjHI0zQHpOe3SFDK1IriYv6N79Gzr32"
PHC_ARGON2 = "$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHRzb21l$" + "A" * 43
HEX = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}


@pytest.fixture(autouse=True)
def _firebase(settings: Settings) -> None:
    settings.FIREBASE_SCRYPT_SIGNER_KEY = b64decode(SIGNER_KEY)


def stored(cell: str) -> str:
    """Return the hash as the users table has it."""
    form, _ = storable(cell)
    return wrap(form) if form.startswith(BARE) else form


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_hashes_of_a_library_match_only_their_passwords(library: str) -> None:
    for vector in LIBRARIES[library]:
        encoded = stored(vector["hash"])
        assert len(encoded) <= MAX_LENGTH
        assert check_password(vector["password"], encoded), vector
        assert not check_password(vector["password"].swapcase(), encoded), vector
        assert identify_hasher(encoded).safe_summary(encoded)


@pytest.mark.parametrize("vector", VECTORS[-6:], ids=itemgetter("library"))
def test_a_part_of_a_hash_matches_no_other_password(vector: dict[str, str]) -> None:
    """A truncated hash is rejected, or has enough bytes for a comparison."""
    for end in range(len(vector["hash"])):
        try:
            encoded = stored(vector["hash"][:end])
        except HashError:
            continue
        assert not check_password("another password", encoded)


def keycloak(algorithm: str, iterations: int, salt: str, value: str, **more: object) -> str:
    """Return a credential as `kc.sh export` writes it."""
    secret = json.dumps({"value": value, "salt": salt, "additionalParameters": {}})
    data = {"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": more}
    return json.dumps(
        {"type": "password", "secretData": secret, "credentialData": json.dumps(data)}
    )


def in_base64(encoded: str) -> str:
    """Return passlib's base64 with the usual letters and padding."""
    return encoded.replace(".", "+") + "=" * (-len(encoded) % 4)


@pytest.mark.parametrize("algorithm", ["pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512"])
def test_a_credential_of_keycloak_is_read(algorithm: str) -> None:
    vectors = [v for v in VECTORS if v["hash"].startswith(f"${algorithm}$")]
    assert len(vectors) == 3
    for vector in vectors:
        _, _, iterations, *parts = vector["hash"].split("$")
        salt, value = map(in_base64, parts)
        for cell in (
            keycloak(algorithm, int(iterations), salt, value),
            json.dumps({
                "type": "password", "hashedSaltedValue": value, "salt": salt,
                "hashIterations": int(iterations), "algorithm": algorithm,
            }),
        ):  # fmt: skip
            assert check_password(vector["password"], stored(cell))
            assert not check_password("wrong", stored(cell))


def test_an_argon2_credential_of_keycloak_is_read() -> None:
    vector = next(v for v in VECTORS if v["hash"].startswith("$argon2id$v=19$m=64,t=1,p=4$"))
    *_, salt, value = vector["hash"].split("$")
    more = {"hashLength": ["32"], "memory": ["64"], "type": ["id"], "version": ["1.3"],
            "parallelism": ["4"]}  # fmt: skip
    cell = keycloak("argon2", 1, in_base64(salt), in_base64(value), **more)
    assert stored(cell) == f"argon2{vector['hash']}"


@pytest.mark.parametrize("size", [16, 20, 32, 64])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_digest_of_identity_3_is_read(number: int, size: int) -> None:
    name = ("sha1", "sha256", "sha512")[number]
    key = hashlib.pbkdf2_hmac(name, b"secret", b"s" * 16, 1000, size)
    numbers = b"".join(n.to_bytes(4) for n in (number, 1000, 16))
    cell = b64encode(b"\1" + numbers + b"s" * 16 + key).decode()
    assert check_password("secret", stored(cell))
    assert not check_password("Secret", stored(cell))


@pytest.mark.parametrize("prefix", ["{bcrypt}", "{CRYPT}", "{crypt}"])
def test_a_prefix_of_ldap_or_spring_is_ignored(prefix: str) -> None:
    assert storable(f"{prefix}{BCRYPT}") == storable(BCRYPT)
    assert storable(f"{{argon2}}{PHC_ARGON2}")[0] == f"argon2{PHC_ARGON2}"


@pytest.mark.parametrize("form", ["$P$", "$wp$"])
def test_wordpress_ignores_white_space_around_a_password(form: str) -> None:
    """wp_set_password() and wp_authenticate() trim the password."""
    vector = next(v for v in VECTORS if v["hash"].startswith(form))
    assert check_password(f" {vector['password']}\n", stored(vector["hash"]))
    assert not check_password(f"\xa0{vector['password']}", stored(vector["hash"]))


@pytest.mark.parametrize("name", HEX)
@pytest.mark.parametrize("salt", ["", "salt", "sält"])
def test_a_digest_of_django_or_werkzeug_is_wrapped(name: str, salt: str) -> None:
    """Werkzeug before 2.3 wrote an HMAC in Django's format."""
    joined = hashlib.new(name, f"{salt}secret".encode()).hexdigest()
    keyed = hmac.new(salt.encode(), b"secret", name).hexdigest()
    for digest in (joined, keyed, joined.upper()):
        encoded = stored(f"{name}${salt}${digest}")
        assert encoded.startswith(f"wrapped$before-{name}$")
        assert "$argon2$argon2id$" in encoded
        assert digest.lower() not in encoded.lower()
        assert check_password("secret", encoded)
        assert not check_password("Secret", encoded)


def test_every_digest_is_wrapped() -> None:
    digests = [v["hash"] for v in VECTORS if isinstance(storable(v["hash"])[1], Digest)]
    assert len(digests) == 42
    for encoded in digests:
        assert storable(encoded)[0].startswith(BARE)
        assert stored(encoded).startswith("wrapped$")


def test_the_longest_hashes_fit_into_the_column() -> None:
    longest = "{SSHA512}" + "A" * 4 * ((64 + 64) // 3)
    assert len(stored(longest)) <= MAX_LENGTH
    assert len(stored("sha512$" + "x" * 64 + "$" + "0" * 128)) <= MAX_LENGTH


def test_only_the_first_block_of_a_pbkdf2_key_is_computed() -> None:
    """Each further block would take as long as the first one again."""
    _, foreign = storable("pbkdf2:sha1:1000$salt$" + "a" * 200)
    assert len(foreign.key) == 20  # type: ignore[union-attr]


def test_a_stored_hash_that_is_not_accepted_any_more_matches_nothing() -> None:
    assert not check_password("x", "imported$$2b$14$" + BCRYPT[7:])
