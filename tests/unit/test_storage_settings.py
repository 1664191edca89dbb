"""STORAGE_URL: a folder or a bucket."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from local.site import ROOT

BUCKET = "core.storage.bucket.BucketStorage"
MODULE = ROOT / "app" / "core" / "storage_settings.py"
FOLDER = "core.storage.folder.FolderStorage"


def read(monkeypatch: pytest.MonkeyPatch, **env: str) -> dict[str, Any]:
    """Return the settings with these variables."""
    for name in ("STORAGE_URL", "MEDIA_ROOT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(MODULE))


@pytest.mark.parametrize(
    ("env", "folder"),
    [
        ({"STORAGE_URL": "file:///srv/my%20media"}, "/srv/my media"),
        ({"STORAGE_URL": "file:///srv/media", "MEDIA_ROOT": "/other"}, "/srv/media"),
        ({"MEDIA_ROOT": "/srv/100%"}, "/srv/100%"),
    ],
)
def test_files_are_in_a_folder(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], folder: str
) -> None:
    settings = read(monkeypatch, **env)
    assert settings["STORAGES"]["default"] == {"BACKEND": FOLDER}
    assert settings["MEDIA_ROOT"] == Path(folder)
    assert settings["INCOMING_DIR"] == Path(folder) / "incoming"


def test_files_are_beside_the_code_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch)["MEDIA_ROOT"].parts[-2:] == ("app", "media")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("s3://accounts", {"location": ""}),
        ("s3://accounts/a/b/", {"location": "a/b"}),
        (
            "s3://accounts/a?endpoint=https%3A%2F%2Fs3.example.com&region=eu-west-1",
            {"location": "a", "endpoint_url": "https://s3.example.com", "region_name": "eu-west-1"},
        ),
    ],
)
def test_files_are_in_a_bucket(
    monkeypatch: pytest.MonkeyPatch, url: str, options: dict[str, str]
) -> None:
    storage = read(monkeypatch, STORAGE_URL=url, MAX_UPLOAD_SIZE="9")["STORAGES"]["default"]
    assert storage["BACKEND"] == BUCKET
    assert storage["OPTIONS"] == {"bucket_name": "accounts", "max_size": 9, **options}


def test_a_key_is_read_with_its_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    env = {"STORAGE_URL": "s3://accounts", "STORAGE_ACCESS_KEY": "key"}
    storage = read(monkeypatch, **env, STORAGE_SECRET_KEY_FILE=str(secret))["STORAGES"]["default"]
    assert storage["OPTIONS"]["access_key"] == "key"
    assert storage["OPTIONS"]["secret_key"] == "s3cret"


def test_a_key_without_its_secret_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_SECRET_KEY"):
        read(monkeypatch, STORAGE_URL="s3://accounts", STORAGE_ACCESS_KEY="key")


@pytest.mark.parametrize(
    "url",
    [
        *("/srv/media", "srv/media", "file://srv/media", "file:///srv?x=1", "https://accounts/a"),
        *("s3:///a", "s3://key:secret@accounts/a", "s3://accounts:80/a"),
        *("s3://accounts?bucket=b", "s3://accounts?endpoint", "s3://accounts?endpoint=s3.com"),
        *("s3://accounts?region=eu&region=us", "s3://accounts/a#b", "s3://[accounts/a"),
    ],
)
def test_another_url_is_an_error_that_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL must be like") as error:
        read(monkeypatch, STORAGE_URL=url)
    assert "secret@" not in str(error.value)
