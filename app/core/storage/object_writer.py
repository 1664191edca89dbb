"""Writing an object of a store while its bytes arrive."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from core.storage.errors import as_os_errors, code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_MAX_PARTS: Final = 10_000
"""Of a multipart upload: a limit of S3."""
_MIN_PART: Final = 8 * 1024 * 1024
_SENDING: Final = 2
"""Parts on their way at a time, while the next one arrives."""
CONTENT_TYPE: Final = "application/x-accounts-import"
"""Of each object that is stored as it is. SeaweedFS compresses an object without a type."""
COMPRESSED_TYPE: Final = f"{CONTENT_TYPE}+zstd"
"""Of an object that core.storage.compressed has written."""


class ObjectWriter:
    """An object that comes to be when it is finished: at once, or in parts if it is large.

    Threads send the parts. At most three parts are in memory. All methods raise `OSError` if the
    store fails, also if it failed for a part of an earlier call.
    """

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        key: str,
        *,
        max_size: int,
        content_type: str = CONTENT_TYPE,
    ) -> None:
        """Begin an object of at most `max_size` bytes. The store is not asked."""
        self._content_type = content_type
        self._client, self._bucket, self._key = client, bucket, key
        self._part_size = max(_MIN_PART, max_size // (_MAX_PARTS - 1))
        self._buffer = bytearray()
        self._size = 0
        self._upload = ""
        self._parts: list[CompletedPartTypeDef] = []
        self._sending: deque[Future[CompletedPartTypeDef]] = deque()
        self._threads = ThreadPoolExecutor(_SENDING, thread_name_prefix="parts")

    @property
    def beginning(self) -> bytes | None:
        """The bytes, if all of them are still in memory."""
        return None if self._upload else bytes(self._buffer)

    def write(self, data: bytes) -> None:
        """Add the next bytes, and send a part if there are enough for one."""
        self._buffer += data
        self._size += len(data)
        if len(self._buffer) >= self._part_size:
            self._send()

    def finish(self) -> None:
        """Make the object with all bytes."""
        if self._upload and self._buffer:
            self._send()
        while self._sending:
            self._take_sent()
        self._threads.shutdown()
        with as_os_errors(self._key):
            if self._upload:
                self._complete()
            else:
                body = bytes(self._buffer)
                self._client.put_object(
                    Bucket=self._bucket, Key=self._key, Body=body, ContentType=self._content_type
                )

    def abort(self) -> None:
        """Have the store forget the parts."""
        self._buffer.clear()
        # A part that arrives after the request to forget the upload would stay.
        self._threads.shutdown(cancel_futures=True)
        if self._upload:
            with as_os_errors(self._key):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=self._upload
                )

    def _send(self) -> None:
        """Have a thread send the buffer as the next part."""
        if not self._upload:
            with as_os_errors(self._key):
                started = self._client.create_multipart_upload(
                    Bucket=self._bucket, Key=self._key, ContentType=self._content_type
                )
            self._upload = started["UploadId"]
        if len(self._sending) == _SENDING:
            self._take_sent()
        number = len(self._parts) + len(self._sending) + 1
        self._sending.append(self._threads.submit(self._send_part, number, self._buffer))
        self._buffer = bytearray()

    def _send_part(self, number: int, part: bytearray) -> "CompletedPartTypeDef":
        sent = self._client.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload,
            PartNumber=number,
            Body=bytes(part),
        )
        return {"PartNumber": number, "ETag": sent["ETag"]}

    def _take_sent(self) -> None:
        with as_os_errors(self._key):
            self._parts.append(self._sending.popleft().result())

    def _complete(self) -> None:
        try:
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload,
                MultipartUpload={"Parts": self._parts},
            )
        except ClientError as error:
            # boto3 repeats a request whose answer was lost. The upload may be complete by then.
            if code_of(error) != "NoSuchUpload" or self._stored_size() != self._size:
                raise

    def _stored_size(self) -> int:
        return self._client.head_object(Bucket=self._bucket, Key=self._key)["ContentLength"]
