"""The charset that a client declares for a CSV file, in the Content-Type of the file."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework import serializers

from tasks.reading.decoding import canonical

_CSV: Final = "text/csv"
"""The only accepted type that has a charset."""
_LONGEST_SHOWN: Final = 50


def declared_charset(file: UploadedFile[Any] | None) -> str | None:
    """Return the encoding of a CSV file whose type names one, or `None`.

    Raises DRF's `ValidationError` if it is not an accepted one.
    """
    if file is None:
        return None
    declared: str | bytes | None = file.charset  # bytes if it is that of a part
    kind = (file.content_type or "").partition(";")[0].strip().lower()
    if not declared or kind != _CSV:
        return None
    charset = declared.decode() if isinstance(declared, bytes) else declared
    encoding = canonical(charset)
    if encoding is None:
        message = _(
            "The charset {charset} is not supported. Send a name such as utf-8, windows-1252, "
            "iso-8859-15 or shift_jis, or leave the charset out."
        ).format(charset=repr(charset[:_LONGEST_SHOWN]))
        raise serializers.ValidationError({"Content-Type": [message]})
    return encoding
