"""The configuration of the app `console`."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The app `console`."""

    name = "console"
    verbose_name = "Console"
