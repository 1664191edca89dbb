"""Translated messages about files and rows."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from core.http.language import number
from tasks.codes import Message, Value
from tasks.codes import row_message as untranslated
from tasks.file_messages import FILE_MESSAGES
from tasks.models import ImportJob

UNKNOWN_CODE: Final = gettext_noop(
    "A later version of this service rejected the row for a reason that this version does not have."
)
"""The message of a rejected row whose code is unknown here."""


def translate(message: Message) -> str:
    """Return the message, and the messages among its parameters, in the request's language."""
    values = {name: _translate_value(value) for name, value in message.params.items()}
    return gettext(FILE_MESSAGES[message.id]).format(**values)


def _translate_value(value: Value) -> str:
    match value:
        case Message():
            return translate(value)
        case int():
            return number(value)
    return value


def row_message(code: str, detail: str) -> str:
    """Return the message of a rejected row."""
    message = untranslated(code, detail) or UNKNOWN_CODE
    return gettext(message).format(detail=detail)


def job_error(job: ImportJob) -> str:
    """Return the translated error of a failed import.

    It is in English if another version of the service stored a message id that is unknown here.
    """
    if job.error_stored is None:
        return job.error_message
    try:
        return translate(Message.from_json(job.error_stored))
    except KeyError:
        return job.error_message
