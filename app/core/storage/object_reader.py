"""Reading an object of a store as a file."""

import io
import time
from collections.abc import Buffer
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError

from core.storage.errors import as_os_errors

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_WINDOW: Final = 8 * 1024 * 1024
"""The store is asked for so many bytes at a time. At most two windows are in memory."""
_ATTEMPTS: Final = 3
_FIRST_PAUSE: Final = 0.1
"""Seconds before the second attempt. Each pause is twice as long as the one before."""


class ObjectReader(io.RawIOBase):
    """The bytes of an object, which may be read from any position.

    While a window is used, a thread fetches the next one, if the reader has come to the window from
    the one before it.

    Raises `FileNotFoundError` if the object is missing, and `OSError` if the store fails again and
    again, or if the object is replaced meanwhile.
    """

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._ahead: Future[bytes] | None = None
        self._thread: ThreadPoolExecutor | None = None
        with as_os_errors(key):
            head = client.head_object(Bucket=bucket, Key=key)
        self._size, self._etag = head["ContentLength"], head["ETag"]
        self.content_type = head["ContentType"]
        self._position = 0
        self._window, self._window_at = b"", 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read from any position."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Change the position. The store is not asked."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("negative seek position")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: Buffer, /) -> int:
        """Read the next bytes into the buffer and return their number, 0 at the end."""
        if self._position >= self._size:
            return 0
        offset = self._position - self._window_at
        if not 0 <= offset < len(self._window):
            self._turn_to(self._position)
            offset = 0
        view = memoryview(buffer).cast("B")
        data = memoryview(self._window)[offset : offset + len(view)]
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Free the memory. A window that is being fetched is not waited for."""
        self._window, self._ahead = b"", None
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _turn_to(self, position: int) -> None:
        """Replace the window by the one at the position."""
        is_next = 0 < len(self._window) == position - self._window_at
        ahead, self._ahead = self._ahead, None
        self._window = ahead.result() if ahead and is_next else self._fetch(position)
        self._window_at = position
        following = position + len(self._window)
        if is_next and following < self._size:
            self._thread = self._thread or ThreadPoolExecutor(1)
            self._ahead = self._thread.submit(self._fetch, following)

    def _fetch(self, position: int) -> bytes:
        """Return the bytes of the window at the position.

        boto3 repeats a request that fails, but not one whose answer breaks off.
        """
        pause = _FIRST_PAUSE
        with as_os_errors(self._key):
            for _ in range(_ATTEMPTS - 1):
                answer = self._ask(position)
                try:
                    return answer.read()
                except BotoCoreError:
                    time.sleep(pause)
                    pause *= 2
            return self._ask(position).read()

    def _ask(self, position: int) -> "StreamingBody":
        end = min(position + _WINDOW, self._size) - 1
        answer = self._client.get_object(
            Bucket=self._bucket,
            Key=self._key,
            Range=f"bytes={position}-{end}",
            IfMatch=self._etag,
        )
        return answer["Body"]
