"""Errors of boto3 as those of files, so that the service treats both storages alike."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from core.storage.base import StorageAwayError

_MISSING: Final = {"NoSuchKey", "NotFound", "404"}


class DamagedFileError(OSError):
    """A stored file has other bytes than those that were stored."""


@contextmanager
def as_os_errors(key: str) -> Iterator[None]:
    """Raise `FileNotFoundError` for an object that is missing, `OSError` for any other error.

    It is a `StorageAwayError` if the store gives no answer.
    """
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code in _MISSING:
            raise FileNotFoundError(errno.ENOENT, "No such object", key) from None
        raise OSError(errno.EIO, f"The store answers {code}", key) from error
    except BotoCoreError as error:
        raise StorageAwayError(
            errno.EIO, f"The store fails ({type(error).__name__})", key
        ) from error


def code_of(error: ClientError) -> str:
    """Return the code of an error that the store has answered."""
    return str(error.response.get("Error", {}).get("Code", "an error"))
