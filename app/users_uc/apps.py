"""The app's configuration."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts."""

    name = "users_uc"
    verbose_name = "Users"

    def ready(self) -> None:
        """Let the schema know our tokens."""
        from users_uc import schema  # noqa: F401, PLC0415  (it loads models)
