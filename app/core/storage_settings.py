"""Settings of the storage of uploads: a part of core.settings."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from core import env

_APP: Final = Path(__file__).resolve().parent.parent
_OPTIONS: Final = {"endpoint": "endpoint_url", "region": "region_name"}
"""The query of an s3 URL, and the names that django-storages has for it."""
_WRONG_URL: Final = (
    "STORAGE_URL must be like file:///srv/media or "
    "s3://BUCKET/PREFIX?endpoint=https://s3.example.com&region=eu-west-1. "
    "Keys are in STORAGE_ACCESS_KEY and STORAGE_SECRET_KEY."
)

MAX_UPLOAD_SIZE = env.integer("MAX_UPLOAD_SIZE", 5_000_000_000, minimum=1)


def _folder(url: SplitResult) -> Path:
    if url.netloc or not url.path.startswith("/") or url.query:
        raise ImproperlyConfigured(_WRONG_URL)
    return Path(unquote(url.path))


def _bucket(url: SplitResult) -> dict[str, Any]:
    """Return the options of the storage. A URL with keys in it is refused: it would be shown."""
    query = _query(url)
    if not url.hostname or url.netloc != url.hostname or not query.keys() <= _OPTIONS.keys():
        raise ImproperlyConfigured(_WRONG_URL)
    if not query.get("endpoint", "http://").startswith(("http://", "https://")):
        raise ImproperlyConfigured(_WRONG_URL)
    return {
        "bucket_name": url.hostname,
        "location": url.path.strip("/"),
        "max_size": MAX_UPLOAD_SIZE,
        **{_OPTIONS[name]: value for name, value in query.items()},
        **_keys(),
    }


def _query(url: SplitResult) -> dict[str, str]:
    """Return the query, in which each name is once and has a value."""
    try:
        values = parse_qs(url.query, strict_parsing=True) if url.query else {}
    except ValueError:
        raise ImproperlyConfigured(_WRONG_URL) from None
    if any(len(each) > 1 for each in values.values()):
        raise ImproperlyConfigured(_WRONG_URL)
    return {name: each[0] for name, each in values.items()}


def _keys() -> dict[str, str]:
    """Return both keys, or nothing: boto3 looks for keys as other programs do then."""
    access_key = env.optional_secret("STORAGE_ACCESS_KEY")
    secret_key = env.optional_secret("STORAGE_SECRET_KEY")
    if access_key and not secret_key:
        raise ImproperlyConfigured("STORAGE_ACCESS_KEY is set, so set STORAGE_SECRET_KEY.")
    return {"access_key": access_key, "secret_key": secret_key} if access_key else {}


def _parsed(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
    except ValueError:
        raise ImproperlyConfigured(_WRONG_URL) from None
    if url.scheme not in {"file", "s3"} or url.fragment:
        raise ImproperlyConfigured(_WRONG_URL)
    return url


_folder_url = Path(env.text("MEDIA_ROOT", str(_APP / "media"))).absolute().as_uri()
_url = _parsed(env.text("STORAGE_URL", "") or _folder_url)
if _url.scheme == "file":
    MEDIA_ROOT = _folder(_url)
    INCOMING_DIR = MEDIA_ROOT / "incoming"
    _storage: dict[str, Any] = {"BACKEND": "core.storage.folder.FolderStorage"}
else:
    _storage = {"BACKEND": "core.storage.bucket.BucketStorage", "OPTIONS": _bucket(_url)}

STORAGES = {
    "default": _storage,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
