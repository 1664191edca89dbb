"""Messages about files and rows in the language of the request: the one place that says them."""

from django.utils.translation import gettext

from core.http.language import number
from tasks.codes import ROW_MESSAGES, Message, Value
from tasks.models import ImportJob


def said(message: Message) -> str:
    """The message, those within it too."""
    values = {name: _shown(value) for name, value in message.values.items()}
    return gettext(message.template).format(**values)


def _shown(value: Value) -> str:
    match value:
        case Message():
            return said(value)
        case int():
            return number(value)
    return value


def row_message(code: str, detail: str) -> str:
    """Why a row was refused."""
    return gettext(ROW_MESSAGES[code]).format(detail=detail)


def job_error(job: ImportJob) -> str:
    """Why the whole import failed; English where an earlier version has stored it."""
    stored = job.error_said
    return said(Message.from_json(stored)) if stored is not None else job.error_message
