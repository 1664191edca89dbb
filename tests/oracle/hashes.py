"""Password hashes that the reference importer accepts, tried one format after another."""

import base64
import binascii
import json
import string
from collections.abc import Callable

SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}
ITERATIONS = {"sha1": 1_300_000, "sha256": 1_000_000, "sha512": 500_000}
CRYPT = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
BCRYPT = "./" + string.ascii_uppercase + string.ascii_lowercase + string.digits


def is_hash(text: str) -> bool:
    """Return whether some system writes hashes like this, at a cost that a login allows."""
    if text[:1] == "{" and text.partition("}")[0].lower() in ("{bcrypt", "{crypt", "{argon2"):
        rest = text.partition("}")[2]
        text = rest if rest.startswith("$") else text
    return any(_accepts(form, text) for form in FORMS)


def _accepts(form: Callable[[str], bool], text: str) -> bool:
    try:
        return form(text)
    except (ValueError, TypeError, LookupError, AttributeError, binascii.Error):
        return False


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= 8):
        raise ValueError
    return int(text)


def _bytes(text: str) -> bytes:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/").replace(".", "+")
    if not plain or len(text) - len(plain) > 2:
        raise ValueError
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _salt_is_text(text: str) -> bool:
    return 1 <= len(text) <= 64


def _argon2(text: str) -> bool:
    text = text if text.startswith("argon2$") else f"argon2{text}"
    name, variety, version, costs, salt, key = text.split("$")
    (m, memory), (t, passes), (p, lanes) = (part.split("=") for part in costs.split(","))
    cheap = int(memory) <= 102_400 and int(memory) * int(passes) <= 262_144
    shapes = [(len(part), len(part) % 4 != 1, part.isascii()) for part in (salt, key)]
    letters = set(string.ascii_letters + string.digits + "+/")
    return (
        (name, version, m, t, p) == ("argon2", "v=19", "m", "t", "p")
        and variety in ("argon2id", "argon2i", "argon2d")
        and all(_count(number) for number in (memory, passes, lanes))
        and cheap and int(passes) <= 16 and int(lanes) <= 8
        and 11 <= shapes[0][0] <= 64 and 22 <= shapes[1][0] <= 86
        and shapes[0][1] and shapes[1][1] and letters.issuperset(salt + key)
    )  # fmt: skip


def _bcrypt(text: str) -> bool:
    for prefix in ("bcrypt_sha256$", "bcrypt$", "$wp"):
        text = text.removeprefix(prefix) if text.startswith(f"{prefix}$") else text
    empty, variety, cost, rest = text.split("$")
    return (
        empty == "" and variety in ("2a", "2b", "2y") and len(cost) == 2 and 4 <= int(cost) <= 13
        and len(rest) == 53 and set(rest) <= set(BCRYPT)
        and BCRYPT.index(rest[21]) % 16 == 0 and BCRYPT.index(rest[52]) % 4 == 0
    )  # fmt: skip


def _scrypt_fits(n: int, r: int, p: int, salt: object, key: bytes) -> bool:
    is_power = n > 1 and (n).bit_count() == 1 and n < 2 ** (16 * r)
    cheap = n * r * p <= 655_360 and 128 * n * r <= 100 * 2**20
    return bool(is_power and cheap and salt and len(key) >= 16)


def _scrypt(text: str) -> bool:
    if text.startswith("scrypt$"):
        _, n, salt, r, p, key = text.split("$")
        fits = _scrypt_fits(_count(n), _count(r), _count(p), salt, _bytes(key))
        return fits and _salt_is_text(salt)
    if text.startswith("scrypt:"):
        costs, salt, key = text.split("$")
        _, n, r, p = costs.split(":")
        fits = _scrypt_fits(_count(n), _count(r), _count(p), salt, bytes.fromhex(key))
        return fits and _salt_is_text(salt)
    _, name, costs, salt, key = text.split("$")
    (ln, n), (r_name, r), (p_name, p) = (part.split("=") for part in costs.split(","))
    fits = _scrypt_fits(2 ** _count(n), _count(r), _count(p), _bytes(salt), _bytes(key))
    return fits and text[0] == "$" and (name, ln, r_name, p_name) == ("scrypt", "ln", "r", "p")


def _pbkdf2(text: str) -> bool:
    digest, iterations, salt, key = _pbkdf2_parts(text)
    return bool(
        digest in ITERATIONS and _count(iterations) <= ITERATIONS[digest]
        and salt and len(key) >= 16
    )  # fmt: skip


def _pbkdf2_parts(text: str) -> tuple[str, str, object, bytes]:
    """Return digest, iterations, salt and key. Django's keys have padding."""
    if text.startswith("pbkdf2_"):
        name, iterations, salt, key = text.split("$")
        if not _salt_is_text(salt) or len(key) % 4 or set(key) & set("-_."):
            raise ValueError
        return name.removeprefix("pbkdf2_"), iterations, salt, _bytes(key)
    if text.startswith("pbkdf2:"):
        name, salt, key = text.split("$")
        _, digest, iterations = name.split(":")
        if not _salt_is_text(salt):
            raise ValueError
        return digest, iterations, salt, bytes.fromhex(key)
    if text.startswith("{PBKDF2"):
        name, _, rest = text[1:].partition("}")
        text = f"${name.lower()}${rest}"
    empty, name, iterations, salt, key = text.split("$")
    digests = {"pbkdf2": "sha1"} | {f"pbkdf2-{digest}": digest for digest in ITERATIONS}
    if empty:
        raise ValueError
    return (
        digests[name],
        iterations.removeprefix("i=").partition(",l=")[0],
        _bytes(salt),
        _bytes(key),
    )


def _keycloak(text: str) -> bool:
    values = json.loads(text)
    for part in ("secretData", "credentialData"):
        values |= json.loads(values.get(part, "{}"))
    key = values.get("value") or values["hashedSaltedValue"]
    iterations, salt, name = values["hashIterations"], values["salt"], values["algorithm"]
    if name != "argon2":
        return _pbkdf2(f"${name}${iterations}${salt}${key}")
    more = {key: value[0] for key, value in values["additionalParameters"].items()}
    costs = f"m={more['memory']},t={iterations},p={more['parallelism']}"
    text = f"$argon2{more['type']}$v=19${costs}${salt.rstrip('=')}${key.rstrip('=')}"
    return more["version"] == "1.3" and _argon2(text)


def _identity(text: str) -> bool:
    raw = base64.b64decode(text, validate=True)
    if raw[0] == 0:
        return len(raw) == 49
    digest, iterations, salt = (int.from_bytes(raw[at : at + 4]) for at in (1, 5, 9))
    limit = list(ITERATIONS.values())[digest]
    return (
        raw[0] == 1 and 1 <= iterations <= limit and 1 <= salt <= 64 and len(raw) - 13 - salt >= 16
    )


def _text_digest(text: str) -> bool:
    name, salt, key = text.split("$")
    return len(salt) <= 64 and len(bytes.fromhex(key)) == SIZES[name] == len(key) // 2


def _ldap_digest(text: str) -> bool:
    name, _, _key = text.removeprefix("{").lower().partition("}")
    is_salted = name.startswith(("smd5", "ssha"))
    name = name[is_salted:].replace("-", "")
    size, raw = SIZES["sha1" if name == "sha" else name], _bytes(text.partition("}")[2])
    return text[0] == "{" and (size < len(raw) <= size + 64 if is_salted else len(raw) == size)


def _phpass(text: str) -> bool:
    last = CRYPT.index(text[-1])
    return (
        text[:3] in ("$P$", "$H$") and len(text) == 34 and 7 <= CRYPT.index(text[3]) <= 15
        and set(text[3:]) <= set(CRYPT) and last < 4
    )  # fmt: skip


def _unix_crypt(text: str) -> bool:
    empty, form, *rounds, salt, key = text.split("$")
    size, longest, last = {
        "1": (22, 8, 4), "apr1": (22, 8, 4), "5": (43, 16, 16), "6": (86, 16, 4),
    }[form]  # fmt: skip
    if rounds:
        (rest,) = rounds
        name, _, number = rest.partition("=")
        if form not in "56" or name != "rounds" or not 1000 <= _count(number) <= 20_000:
            return False
    fits = len(key) == size and len(salt) <= longest and set(salt + key) <= set(CRYPT)
    return empty == "" and fits and CRYPT.index(key[-1]) < last


FORMS = (
    _argon2, _bcrypt, _scrypt, _pbkdf2, _keycloak, _identity, _text_digest, _ldap_digest, _phpass,
    _unix_crypt,
)  # fmt: skip
