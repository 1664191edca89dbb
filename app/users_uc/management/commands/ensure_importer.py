"""The command that creates an importer, for the demo and for load tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import env
from users_uc.emails import InvalidEmailError
from users_uc.models import User


class Command(BaseCommand):
    """Create or change the user with the given e-mail address."""

    help = (
        "Create a staff user who may import, or give an existing user these rights. "
        "Set the password to IMPORTER_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The e-mail address of the user.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self._get_or_create(options["email"])
        user.is_staff = True
        user.verified_email = user.email  # the operator vouches for it
        user.save(update_fields=["is_staff", "verified_email"])
        user.change_password(env.secret("IMPORTER_PASSWORD"))
        user.set_can_import(allowed=True)

    def _get_or_create(self, email: str) -> User:
        try:
            return User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            pass
        try:
            return User.objects.create_user(email)
        except InvalidEmailError:
            message = f"This is not an e-mail address: {email}. Pass one such as ann@example.com."
            raise CommandError(message) from None
