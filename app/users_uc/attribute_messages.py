"""Messages about values of attributes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http.language import number
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


def about(fault: Fault) -> str:
    """Return the message in the language of the request."""
    message = str(_MESSAGES[fault])
    return message.format(characters=number(TEXT_MAX_LENGTH), bytes=number(MAX_SIZE))
