"""Labels of users, attributes and API keys in the admin."""

from django.utils.translation import gettext_lazy as _

from core.admin_labels import set_labels
from users_uc.models import ApiKey, Attribute, User

set_labels(
    User,
    name=_("user"),
    plural=_("users"),
    fields={
        "email": _("email"),
        "name": _("name"),
        "phone": _("phone"),
        "external_id": _("external id"),
        "attributes": _("attributes"),
        "is_active": _("is active"),
        "is_staff": _("is staff"),
        "is_superuser": _("is superuser"),
        "must_change_password": _("must change password"),
        "deactivated_by_user": _("deactivated by user"),
        "date_joined": _("date joined"),
        "import_id": _("import id"),
        "import_line": _("import line"),
        "last_import_id": _("last import id"),
    },
)
set_labels(
    Attribute,
    name=_("attribute"),
    plural=_("attributes"),
    fields={
        "name": _("name"),
        "type": _("type"),
        "choices": _("choices"),
        "required": _("required"),
        "label_en": _("label en"),
        "label_pt_br": _("label pt br"),
        "headers": _("headers"),
    },
)
set_labels(
    ApiKey,
    name=_("API key"),
    plural=_("API keys"),
    fields={
        "owner": _("owner"),
        "name": _("name"),
        "scopes": _("scopes"),
        "created_at": _("created at"),
        "expires_at": _("expires at"),
        "last_used_at": _("last used at"),
    },
)
