"""What a web process does before it serves; ten may do it at once."""

from typing import Any

from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from core import env
from core.postgres.migrating import migrating_alone, wait_for_database


class Command(BaseCommand):
    """Waits for PostgreSQL, migrates, and makes the first superuser where ADMIN_EMAIL is set."""

    help = __doc__ or ""
    requires_system_checks = [Tags.security]  # others ask the database, which may be on its way

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait."""
        parser.add_argument("--timeout", type=int, default=60, help="seconds for PostgreSQL")

    def handle(self, *args: Any, **options: Any) -> None:
        """One after the other, by an advisory lock."""
        wait_for_database(seconds=options["timeout"])
        with migrating_alone():
            call_command("migrate", interactive=False, stdout=self.stdout, stderr=self.stderr)
            if env.text("ADMIN_EMAIL", ""):
                call_command("ensure_superuser", stdout=self.stdout)
