"""A SeaweedFS of its own for tests: a real store that speaks S3."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from local import seaweedfs
from local.ports import free_port
from local.site import BUCKET, STORE_ACCESS_KEY, Site, load_secrets
from local.waiting import wait_until

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Store:
    """A running store. Its bucket exists."""

    url: str
    secret_key: str

    def client(self) -> "S3Client":
        """Return a client that sees what is in the store."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="local",
            aws_access_key_id=STORE_ACCESS_KEY,
            aws_secret_access_key=self.secret_key,
        )

    def keys(self, prefix: str) -> list[str]:
        """Return the keys of all objects below the prefix."""
        page = self.client().list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [it["Key"] for it in page.get("Contents", ())]

    def clear(self) -> None:
        """Delete all objects."""
        client = self.client()
        for key in self.keys(""):
            client.delete_object(Bucket=BUCKET, Key=key)

    def unfinished(self, prefix: str) -> list[str]:
        """Return the keys below the prefix of all multipart uploads that are not complete."""
        page = self.client().list_multipart_uploads(Bucket=BUCKET, Prefix=f"{prefix}/")
        return [it["Key"] for it in page.get("Uploads", ())]

    def settings(self, prefix: str, *, url: str = "") -> dict[str, Any]:
        """Return Django's STORAGES for files below the prefix; `url` may be that of a proxy."""
        options = {
            "bucket_name": BUCKET,
            "location": prefix,
            "endpoint_url": url or self.url,
            "region_name": "local",
            "access_key": STORE_ACCESS_KEY,
            "secret_key": self.secret_key,
            "max_size": 5_000_000_000,
        }
        return {"default": {"BACKEND": "core.storage.bucket.BucketStorage", "OPTIONS": options}}


@contextmanager
def running_store(data: Path) -> Iterator[Store]:
    """Run a store in `data` until the end of the body."""
    names = [name + kind for name in seaweedfs.PORTS for kind in ("", ".grpc")]
    secrets = load_secrets(data / "secrets.json")
    site = Site(
        data=data,
        secrets=secrets,
        web_port=0,
        postgres_port=0,
        valkey_port=0,
        metrics_ports={},
        store_ports={name: free_port() for name in names},
    )
    seaweedfs.prepare(site)
    with (data / "weed.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            seaweedfs.server_argv(site), cwd=data / "seaweedfs", stdout=log, stderr=log
        )
        try:
            ready = lambda: seaweedfs.is_ready(site)  # noqa: E731
            wait_until(ready, timeout=60, what="the store must answer")
            yield Store(site.store_url, secrets.store_key)
        finally:
            process.kill()
            process.wait()
            seaweedfs.remove_sockets(site)
