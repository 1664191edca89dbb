"""The configuration of the app `console`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """The app `console`."""

    name = "console"
    verbose_name = _("Console")
