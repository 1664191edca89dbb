"""The command that creates the first superuser from the environment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import env
from users_uc.emails import InvalidEmailError
from users_uc.models import User


class Command(BaseCommand):
    """Create the superuser ADMIN_EMAIL. An existing user is not changed."""

    help = (
        "Create the superuser ADMIN_EMAIL with ADMIN_PASSWORD unless the user exists. "
        "Print `created` or `exists`."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        email = env.text("ADMIN_EMAIL")
        try:
            User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            self._create(email)
            self.stdout.write("created")
        else:
            self.stdout.write("exists")

    def _create(self, email: str) -> None:
        try:
            User.objects.create_superuser(email, env.secret("ADMIN_PASSWORD"))
        except InvalidEmailError:
            message = f"ADMIN_EMAIL is not an e-mail address: {email}. Set it to a valid one."
            raise CommandError(message) from None
