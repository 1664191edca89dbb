"""File errors as the page explains them. Their own messages name options of the API."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_MESSAGES: Final[Mapping[str, Any]] = {
    "missing_email_column": _(
        "No column is known to hold the e-mail address. Choose it in the list of columns."
    ),
    "ambiguous_column": _(
        "Several columns can mean the same field. Ignore the wrong ones in the list of columns."
    ),
    "missing_external_id_column": _(
        "Users are to be found by their external id, but no column holds it. Choose it in the list "
        "of columns, or find users by their e-mail address."
    ),
    "undecodable": _(
        "The file has bytes that its encoding does not have. Choose another encoding."
    ),
    "unknown_sheet": _("The workbook has no sheet with this name. Choose another one."),
}


def explain(code: str, message: str) -> str:
    """Return the message of a file error without the names of options."""
    return str(_MESSAGES.get(code, message))
