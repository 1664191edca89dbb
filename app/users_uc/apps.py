"""The configuration of the accounts app."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "users_uc"
    verbose_name = "Users"

    def ready(self) -> None:
        """Register the OpenAPI description of the tokens and the metrics of mails."""
        from core.metrics import sources  # noqa: PLC0415  (its first value needs a directory)
        from users_uc import openapi  # noqa: F401, PLC0415  (it loads models)
        from users_uc.metrics import mail_facts  # noqa: PLC0415  (apps load first)

        sources.register("database", mail_facts)
