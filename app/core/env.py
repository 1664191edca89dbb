"""Typed, strict readers of environment variables. Secrets can also come from files.

All functions raise ImproperlyConfigured for a missing or invalid value.
"""

import os
import re
from base64 import b64decode
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_ORIGIN = re.compile(
    r"(?!http:.*:80$|https:.*:443$)"
    r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"
)
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def text(name: str, default: str | None = None) -> str:
    """Return the value, or the default if the variable is not set. Without one it is required."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def line(name: str, default: str) -> str:
    """Return one line of printable characters, as the header of a mail requires."""
    value = text(name, default)
    if not value.isprintable():
        raise ImproperlyConfigured(
            f"{name} must be one line of printable characters, not {value!r}."
        )
    return value


def integer(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """Return a whole number within the bounds."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}.")
    if maximum is not None and number > maximum:
        raise ImproperlyConfigured(f"{name} must be at most {maximum}, not {number}.")
    return number


def fraction(name: str, default: float) -> float:
    """Return a number from 0 to 1."""
    value = text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ImproperlyConfigured(f"{name} must be a number from 0 to 1, not {value!r}.")
    return number


def http_url(name: str, default: str = "") -> str:
    """Return an http or https URL with a host, or the default if the variable is not set."""
    value = text(name, default)
    if value and not _is_http_url(value):
        raise ImproperlyConfigured(f"{name} must be like https://example.com/path, not {value!r}.")
    return value


def _is_http_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is not a number
        return False


def boolean(name: str, *, default: bool) -> bool:
    """Return a boolean. The value is true, 1, yes, false, 0 or no, in any case."""
    value = text(name, str(default))
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """Return the items of a list with commas, without empty items."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Return the web origins of a list with commas. They are as browsers send them, no patterns."""
    values = words(name)
    for value in values:
        if not _ORIGIN.fullmatch(value):
            raise ImproperlyConfigured(
                f"{name} must be origins like https://app.example.com, in lower case and without a "
                f"path or the default port of the scheme, not {value!r}."
            )
    return values


def address(name: str) -> tuple[str, int] | None:
    """Return a host and a port, such as 0.0.0.0:9100 or [::]:9100, or None if it is not set."""
    value = text(name, "")
    if not value:
        return None
    match = re.fullmatch(r"(?:\[(.+)\]|([^:]+)):(\d{1,5})", value)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ImproperlyConfigured(f"{name} must be like 0.0.0.0:9100, not {value!r}.")
    return match[1] or match[2], int(match[3])


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the IP networks of a list with commas, such as 10.0.0.0/8 or fd00::/8."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks like 10.0.0.0/8: {error}.") from None


def rate(name: str, default: str) -> str:
    """Return a rate in DRF's format: a number and a period, such as 30/min."""
    value = text(name, default)
    if not re.fullmatch(r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)", value):
        raise ImproperlyConfigured(f"{name} must be like 30/min, not {value!r}.")
    return value


def choice(name: str, default: str, allowed: set[str]) -> str:
    """Return one of the allowed values."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(allowed)}, not {value!r}.")
    return value


def secret(name: str, *, min_bytes: int = 1) -> str:
    """Return the content of the file that NAME_FILE names, or the value of NAME."""
    value = _read_secret(name)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    _require_length(name, value, min_bytes)
    return value


def optional_secret(name: str) -> str:
    """Return the same as `secret`, or an empty string if it is not set."""
    return _read_secret(name) or ""


def base64(name: str, default: str) -> bytes:
    """Return the bytes that the value is in base64."""
    return _decoded(name, text(name, default))


def base64_secret(name: str) -> bytes:
    """Return the bytes that an optional secret is in base64, or none if it is not set."""
    return _decoded(name, optional_secret(name))


def _decoded(name: str, value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be base64, such as Bw==.") from None


def secrets(name: str, *, min_bytes: int) -> list[str]:
    """Return the secrets of a list with white space or commas."""
    values = re.findall(r"[^\s,]+", _read_secret(name) or "")
    for value in values:
        _require_length(f"Each of {name}", value, min_bytes)
    return values


def _read_secret(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return os.environ.get(name, "").strip() or None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from None


def _require_length(name: str, value: str, min_bytes: int) -> None:
    if len(value.encode()) < min_bytes:
        raise ImproperlyConfigured(f"{name} must have at least {min_bytes} bytes.")
