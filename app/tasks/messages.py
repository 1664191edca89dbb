"""Translated messages about files and rows."""

from django.utils.translation import gettext

from core.http.language import number
from tasks.codes import ROW_MESSAGES, Message, Value
from tasks.file_messages import FILE_MESSAGES
from tasks.models import ImportJob


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
    return gettext(ROW_MESSAGES[code]).format(detail=detail)


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
