"""The one reader of environment variables: typed, strict, and each secret also by file."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_ORIGIN = re.compile(
    r"(?!http:.*:80$|https:.*:443$)"
    r"https?://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"
)
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default its absence stops the process."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def line(name: str, default: str) -> str:
    """Return one line without control characters, such as a mail's header may have."""
    value = text(name, default)
    if not value.isprintable():
        raise ImproperlyConfigured(
            f"{name} must be one line of printable characters, not {value!r}."
        )
    return value


def integer(name: str, default: int, *, minimum: int = 0, maximum: int | None = None) -> int:
    """A whole number within its bounds."""
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
    """A number from 0 to 1."""
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
    except ValueError:  # a port that is no number
        return False


def boolean(name: str, *, default: bool) -> bool:
    """One of true, 1, yes, false, 0, no, in any case."""
    value = text(name, str(default))
    try:
        return _BOOLEANS[value.lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty items are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Web origins separated by commas, as browsers send them; no patterns."""
    values = words(name)
    for value in values:
        if not _ORIGIN.fullmatch(value):
            raise ImproperlyConfigured(
                f"{name} must be origins like https://app.example.com, in lower case and without a "
                f"path or the scheme's own port, not {value!r}."
            )
    return values


def address(name: str) -> tuple[str, int] | None:
    """A host and a port, such as 0.0.0.0:9100 or [::]:9100; None where it is not set."""
    value = text(name, "")
    if not value:
        return None
    match = re.fullmatch(r"(?:\[(.+)\]|([^:]+)):(\d{1,5})", value)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ImproperlyConfigured(f"{name} must be like 0.0.0.0:9100, not {value!r}.")
    return match[1] or match[2], int(match[3])


def rate(name: str, default: str) -> str:
    """DRF's form of a rate: a number and a period, such as 30/min."""
    value = text(name, default)
    if not re.fullmatch(r"[1-9]\d*/(s|sec|second|m|min|minute|h|hour|d|day)", value):
        raise ImproperlyConfigured(f"{name} must be like 30/min, not {value!r}.")
    return value


def choice(name: str, default: str, allowed: set[str]) -> str:
    """One of the allowed values."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(allowed)}, not {value!r}.")
    return value


def secret(name: str, *, min_bytes: int = 1) -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    value = _hidden(name)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    _require_length(name, value, min_bytes)
    return value


def optional_secret(name: str) -> str:
    """As `secret`; empty where it is not set."""
    return _hidden(name) or ""


def secrets(name: str, *, min_bytes: int) -> list[str]:
    """Any number of them, separated by white space or commas."""
    values = re.findall(r"[^\s,]+", _hidden(name) or "")
    for value in values:
        _require_length(f"Each of {name}", value, min_bytes)
    return values


def _hidden(name: str) -> str | None:
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
