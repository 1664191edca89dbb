"""Messages about values of attributes."""

from collections.abc import Collection, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http.language import number
from users_uc.attributes.declared import Declared
from users_uc.attributes.values import MAX_SIZE, TEXT_MAX_LENGTH, Fault

_MESSAGES: Final[Mapping[Fault, Promise]] = {
    Fault.TEXT: _("This is not a text. Send a text in quotes."),
    Fault.TOO_LONG: _("A text may have at most {characters} characters. Shorten it."),
    Fault.CONTROL_CHARACTER: _("The text contains a control character. Remove it."),
    Fault.INTEGER: _("This is not a whole number of at most 64 bits, such as 42."),
    Fault.DECIMAL: _(
        'This is not a decimal number, such as "-1.5". It may have 20 digits before the point and '
        "10 after it."
    ),
    Fault.BOOLEAN: _("This is not a boolean. Send true or false."),
    Fault.DATE: _("This is not a date. Send a date such as 2026-01-31."),
    Fault.CHOICE: _("This is not one of the choices of the attribute."),
    Fault.AMBIGUOUS: _(
        "This value has two meanings. Send a date such as 2026-01-31, or a number such as 1234.5."
    ),
    Fault.UNKNOWN: _("There is no attribute with this name."),
    Fault.REQUIRED: _("This attribute is required. Send a value."),
    Fault.TOO_LARGE: _("The attributes of a user may have at most {bytes} bytes as JSON."),
}
_SEND_ONE: Final = _("Send one of these: {known}.")
_MOST_NAMED: Final = 50


def about(fault: Fault, known: Collection[str] = ()) -> str:
    """Return the message in the language of the request. It names the first known values."""
    message = str(_MESSAGES[fault])
    message = message.format(characters=number(TEXT_MAX_LENGTH), bytes=number(MAX_SIZE))
    if not known:
        return message
    names = [*list(known)[:_MOST_NAMED], *(["…"] if len(known) > _MOST_NAMED else [])]
    return f"{message} {_SEND_ONE.format(known=', '.join(names))}"


def known_of(fault: Fault, name: str, declared: Declared) -> Collection[str]:
    """Return what a client can send instead: names of attributes, or choices of this one."""
    match fault:
        case Fault.UNKNOWN:
            return tuple(declared)
        case Fault.CHOICE:
            return declared[name].choices
    return ()
