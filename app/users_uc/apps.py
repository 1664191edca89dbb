"""The configuration of the accounts app."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import m2m_changed, post_delete
from django.utils.translation import gettext_lazy as _


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin with the site of this service."""

    default = False  # of users_uc, which this module is for
    default_site = "users_uc.admin_site.AdminSite"


class UsersConfig(AppConfig):
    name = "users_uc"
    verbose_name = _("Users")

    def ready(self) -> None:
        """Register the OpenAPI description of the tokens, metrics, and receivers of signals."""
        from core.metrics import sources  # noqa: PLC0415  (its first value needs a directory)
        from users_uc import openapi, signals  # noqa: F401, PLC0415  (it loads models)
        from users_uc.api_keys import registry  # noqa: PLC0415  (apps load first)
        from users_uc.metrics import mail_facts  # noqa: PLC0415  (apps load first)
        from users_uc.models import ApiKey, User  # noqa: PLC0415

        sources.register("database", mail_facts)
        m2m_changed.connect(signals.report_groups, sender=User.groups.through)
        post_delete.connect(signals.report_deleted, sender=settings.AUTH_USER_MODEL)
        post_delete.connect(registry.log_deleted, sender=ApiKey)
