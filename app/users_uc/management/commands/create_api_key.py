"""The command that creates an API key."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from users_uc.api_keys import registry
from users_uc.models import Scope, User
from users_uc.serializers.api_keys import ApiKeySerializer

_MAX_DAYS = 36_500


class Command(BaseCommand):
    """Create an API key for a user and print its text."""

    help = "Create an API key for a user and print its text, which is shown only now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the e-mail address of the key's owner")
        parser.add_argument("--name", required=True, help="the program that uses the key")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=Scope.values,
            help="what the key may do at most; repeat the option for several",
        )
        parser.add_argument("--days", type=int, help="days until the key expires; default: never")

        parser.add_argument(
            "--replace", action="store_true", help="delete the owner's keys of this name first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days: int | None = options["days"]
        if days is not None and not 0 < days <= _MAX_DAYS:
            raise CommandError(f"--days must be from 1 to {_MAX_DAYS}.")
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        owner, name, scopes = _owner(options["email"]), _name(options["name"]), options["scope"]
        try:
            with transaction.atomic():
                if options["replace"]:
                    owner.api_keys.filter(name=name).delete()
                _, text = registry.create(
                    owner, name=name, scopes=set(scopes), expires_at=expires_at
                )
        except registry.TooManyKeysError:
            raise CommandError(
                f"The user {owner.email} has {registry.MAX_KEYS} API keys. Delete one in the admin "
                "or by the API, or replace one: --replace with its --name."
            ) from None
        self.stdout.write(text)


def _owner(email: str) -> User:
    try:
        owner = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"There is no user with the e-mail address {email}.") from None
    if not owner.is_active:
        raise CommandError(f"The user {email} is deactivated.")
    return owner


def _name(name: str) -> str:
    try:
        return str(ApiKeySerializer().fields["name"].run_validation(name))
    except ValidationError as error:
        raise CommandError("--name: " + " ".join(map(str, error.detail))) from None
