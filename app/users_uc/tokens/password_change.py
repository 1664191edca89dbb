"""The access token of a user who must choose another password."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

ONLY: Final = "only"
"""The claim of a token that allows one thing only."""
PASSWORD_CHANGE: Final = "password_change"  # noqa: S105  # no password

PASSWORD_CHANGE_REQUIRED: Final = _(
    "You must choose another password first. Send it to users/me/password/ with your current one."
)


class PasswordChangeRequired(PermissionDenied):
    """The 403 for a user who must choose another password.

    The answer to a login has an access token for that as `access` in the error.
    """

    default_detail = PASSWORD_CHANGE_REQUIRED
    default_code = "password_change_required"

    def __init__(self, access: str = "") -> None:
        super().__init__()
        self.extra = {"access": access} if access else {}
