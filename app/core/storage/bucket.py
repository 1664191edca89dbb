"""A storage in a bucket of a store that speaks S3."""

import io
import os
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import boto3
from botocore.config import Config
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from core.storage.assembly import Assembly
from core.storage.base import CheckedContent, FileStorage
from core.storage.compressed import CompressedWriter, decompressed
from core.storage.errors import as_os_errors
from core.storage.object_files import ObjectAssembly, ObjectReceipt
from core.storage.object_reader import ObjectReader
from core.storage.object_writer import COMPRESSED_TYPE, CONTENT_TYPE, ObjectWriter
from core.storage.receipt import Receipt
from core.storage.removal import log_failed_removal, removed_on_error

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, DeleteTypeDef

# A store that is away must be an error before LOADER_STALL_SECONDS are over: an attempt to plan or
# to load is given back after an error, and is spent if `recover` ends it. This takes up to 21 s.
CONFIG: Final = Config(
    connect_timeout=3,
    read_timeout=6,
    retries={"mode": "standard", "total_max_attempts": 3},  # of errors, and of 503 SlowDown
    # Many stores that speak S3 refuse the checksums that boto3 adds by default.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    max_pool_connections=50,
    tcp_keepalive=True,
)
_READ_AT_ONCE: Final = 1024 * 1024
_DELETED_AT_ONCE: Final = 1000
"""A limit of S3."""


class BucketStorage(FileStorage, S3Storage):  # type: ignore[misc]  # it has no types
    """django-storages for files that need not fit in memory, with one client for all threads.

    It has the errors of files: `OSError`, and `FileNotFoundError` for a missing object.
    """

    is_remote = True

    def __init__(self, *, max_size: int, **options: Any) -> None:
        """Files have at most `max_size` bytes. The options are those of django-storages."""
        super().__init__(client_config=CONFIG, **options)
        # Not those of django-storages, which takes keys from AWS_* without their session token.
        self._keys = options.get("access_key"), options.get("secret_key")
        self._max_size = max_size
        os.register_at_fork(after_in_child=self._forget_client)

    @cached_property
    def client(self) -> "S3Client":
        """The client. Making one takes 0.1 s, and clients are safe for threads.

        Without keys in the options, boto3 looks for keys as other programs of Amazon's SDK do.
        """
        access_key, secret_key = self._keys
        session = boto3.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)
        client = session.client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
        )
        client.meta.events.register("before-call.s3.UploadPart", _add_content_type)
        return client

    def _forget_client(self) -> None:
        """Have a child process open connections of its own."""
        self.__dict__.pop("client", None)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError(f"files are read in the mode rb, not {mode}")
        return File(self.open_object(name))

    def _save(self, name: str, content: File[bytes]) -> str:
        is_checked = isinstance(content, CheckedContent)
        writer = self._object_writer(name) if is_checked else self.writer(name)
        with removed_on_error(name, writer.abort):
            for block in content.chunks(_READ_AT_ONCE):
                writer.write(block)
            writer.finish()
        return name

    def open_object(self, name: str) -> BinaryIO:
        """Return the object as a file, decompressed."""
        reader = ObjectReader(self.client, self.bucket_name, self._normalize_name(name))
        file = io.BufferedReader(reader)
        return decompressed(file) if reader.content_type == COMPRESSED_TYPE else file

    def writer(self, name: str) -> CompressedWriter:
        """Return a writer of a new object, which is compressed and has checksums."""
        return CompressedWriter(self._object_writer(name, content_type=COMPRESSED_TYPE))

    def _object_writer(self, name: str, *, content_type: str = CONTENT_TYPE) -> ObjectWriter:
        return ObjectWriter(
            self.client,
            self.bucket_name,
            self._normalize_name(name),
            max_size=self._max_size,
            content_type=content_type,
        )

    def exists(self, name: str) -> bool:
        """Return whether the object exists."""
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def get_modified_time(self, name: str) -> datetime:
        """Return when the object was stored."""
        return cast("datetime", self._head(name)["LastModified"])

    def size(self, name: str) -> int:
        """Return the number of bytes that a reader gets."""
        with self.open_object(name) as file:
            return file.seek(0, io.SEEK_END)

    def _head(self, name: str) -> dict[str, Any]:
        key = self._normalize_name(name)
        with as_os_errors(key):
            return {**self.client.head_object(Bucket=self.bucket_name, Key=key)}

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files in a folder.

        Some stores also list the folder itself after its last file is deleted.
        """
        prefix = self._prefix(path)
        folders, names = list[str](), list[str]()
        for page in self._pages("list_objects_v2", Prefix=prefix, Delimiter="/"):
            folders += [it["Prefix"][len(prefix) : -1] for it in page.get("CommonPrefixes", ())]
            names += [key[len(prefix) :] for key in _keys(page) if key != prefix]
        return folders, names

    def copy(self, name: str, to: str) -> None:
        """Have the store copy an object."""
        source: CopySourceTypeDef = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        key = self._normalize_name(to)
        with as_os_errors(key):
            self.client.copy(source, self.bucket_name, key)

    def delete(self, name: str) -> None:
        """Delete the object, if it exists."""
        key = self._normalize_name(name)
        with as_os_errors(key):
            self.client.delete_object(Bucket=self.bucket_name, Key=key)

    def receive(self, name: str) -> Receipt:
        """Return a new file, which is sent to the store while it arrives."""
        return ObjectReceipt(self, name)

    def assembly(self, name: str) -> Assembly:
        """Return the file that is put together under this name."""
        return ObjectAssembly(self, name)

    def assemblies(self, folder: str) -> set[str]:
        """Return the names of the files in the folder that have a part.

        All parts are listed, because some stores also list folders that are empty.
        """
        prefix = self._prefix(folder)
        pages = self._pages("list_objects_v2", Prefix=prefix)
        names = (key[len(prefix) :] for page in pages for key in _keys(page))
        return {f"{folder}/{name.split('/')[0]}" for name in names}

    def remove_others(self, folder: str, keep: Collection[str]) -> None:
        """Remove all objects below the folder, except for those to keep."""
        kept = {self._normalize_name(name) for name in keep if name}
        prefix = self._prefix(folder)
        for page in self._pages("list_objects_v2", Prefix=prefix, MaxKeys=_DELETED_AT_ONCE):
            keys = {*_keys(page)} - kept
            if keys:
                self._delete_all(keys)

    def _delete_all(self, keys: Collection[str]) -> None:
        objects: DeleteTypeDef = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        with as_os_errors(min(keys)):
            answer = self.client.delete_objects(Bucket=self.bucket_name, Delete=objects)
        for error in answer.get("Errors", ()):
            raise OSError(f"The store does not delete {error['Key']}: {error['Code']}")

    def remove_unfinished(self, *, before: datetime) -> None:
        """Abort multipart uploads of web workers that were killed."""
        for page in self._pages("list_multipart_uploads", Prefix=self._prefix("")):
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before:
                    key = upload["Key"]
                    with log_failed_removal(key), as_os_errors(key):
                        self.client.abort_multipart_upload(
                            Bucket=self.bucket_name, Key=key, UploadId=upload["UploadId"]
                        )

    def probe(self) -> None:
        """Raise `OSError` if the bucket cannot be listed."""
        with as_os_errors(self.bucket_name):
            self.client.list_objects_v2(
                Bucket=self.bucket_name, Prefix=self._prefix("probe"), MaxKeys=1
            )

    def usage(self) -> None:
        """Return `None`: a bucket has no known end."""

    def _prefix(self, folder: str) -> str:
        key = self._normalize_name(folder).rstrip("/")  # that of the root ends with one
        return f"{key}/" if key else ""

    def _pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        with as_os_errors(parameters["Prefix"]):
            paginator = self.client.get_paginator(operation)  # type: ignore[call-overload]
            yield from paginator.paginate(Bucket=self.bucket_name, **parameters)


def _add_content_type(params: dict[str, Any], **_: object) -> None:
    """Give a part the type of its object. SeaweedFS decides for each part whether it compresses."""
    params["headers"]["Content-Type"] = CONTENT_TYPE


def _keys(page: Any) -> list[str]:
    return [it["Key"] for it in page.get("Contents", ())]
