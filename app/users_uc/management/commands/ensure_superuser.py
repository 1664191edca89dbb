"""The first superuser, from the environment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import env
from users_uc.emails import InvalidEmailError
from users_uc.models import User


class Command(BaseCommand):
    """Creates ADMIN_EMAIL with ADMIN_PASSWORD if need be; prints `created` or `exists`."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Never changes a user that exists."""
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
            raise CommandError(f"ADMIN_EMAIL is not an e-mail address: {email}") from None
