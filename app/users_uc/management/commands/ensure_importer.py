"""A staff user who may import, for the demo and for load tests."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import env
from users_uc.emails import InvalidEmailError
from users_uc.models import User


class Command(BaseCommand):
    """Creates EMAIL if need be, with IMPORTER_PASSWORD, as staff and in the group of importers."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """One address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sets the password also of a user that exists."""
        user = self._get_or_create(options["email"])
        user.is_staff = True
        user.verified_email = user.email  # whoever may run this says so
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
            raise CommandError(f"This is not an e-mail address: {email}") from None
