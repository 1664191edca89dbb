"""The command that prints the public key of the tokens."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Print the public key that verifies new tokens."""

    help = (
        "Print the public key that verifies new tokens, as one line for JWT_PREVIOUS_PUBLIC_KEYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SIMPLE_JWT["ALGORITHM"] == "HS256":
            raise CommandError("Tokens are signed with HS256, which has no public key.")
        self.stdout.write(" ".join(settings.JWT_PUBLIC_KEYS[0].pem.split("\n")).strip())
