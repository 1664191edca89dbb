"""The configuration of the accounts app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin with the site of this service."""

    default = False  # of users_uc, which this module is for
    default_site = "users_uc.admin_site.AdminSite"


class UsersConfig(AppConfig):
    name = "users_uc"
    verbose_name = _("Users")

    def ready(self) -> None:
        """Register the OpenAPI description of the tokens and the metrics of mails."""
        from core.metrics import sources  # noqa: PLC0415  (its first value needs a directory)
        from users_uc import openapi  # noqa: F401, PLC0415  (it loads models)
        from users_uc.metrics import mail_facts  # noqa: PLC0415  (apps load first)

        sources.register("database", mail_facts)
