"""The models of accounts."""

from users_uc.models.api_key import ApiKey, Scope
from users_uc.models.attribute import Attribute
from users_uc.models.creation_key import CreationKey
from users_uc.models.logins import revoke_logins
from users_uc.models.mail import Mail
from users_uc.models.refresh_family import RefreshFamily
from users_uc.models.user import IMPORTERS_GROUP, User

__all__ = [
    "IMPORTERS_GROUP",
    "ApiKey",
    "Attribute",
    "CreationKey",
    "Mail",
    "RefreshFamily",
    "Scope",
    "User",
    "revoke_logins",
]
