"""The app's configuration."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts."""

    name = "users_uc"
    verbose_name = "Users"
