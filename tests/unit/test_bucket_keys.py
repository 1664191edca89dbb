"""The keys with which requests to a bucket are signed."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from core.storage.bucket import BucketStorage

TEMPORARY = {
    "AWS_ACCESS_KEY_ID": "temporary",
    "AWS_SECRET_ACCESS_KEY": "temporary secret",
    "AWS_SESSION_TOKEN": "token",
}


def query_of(monkeypatch: pytest.MonkeyPatch, **options: str) -> dict[str, str]:
    """Return the signature of a storage with these options and keys in the environment."""
    for name, value in TEMPORARY.items():
        monkeypatch.setenv(name, value)
    storage = BucketStorage(max_size=1, bucket_name="accounts", region_name="local", **options)
    file = {"Bucket": "accounts", "Key": "file"}
    url = storage.client.generate_presigned_url("get_object", file)
    return dict(parse_qsl(urlsplit(url).query))


def test_temporary_keys_of_the_environment_keep_their_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query = query_of(monkeypatch)
    assert query["X-Amz-Credential"].startswith("temporary/")
    assert query["X-Amz-Security-Token"] == "token"


def test_keys_of_the_settings_are_used_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token of other keys would make each request fail."""
    query = query_of(monkeypatch, access_key="key", secret_key="secret")
    assert query["X-Amz-Credential"].startswith("key/")
    assert "X-Amz-Security-Token" not in query
