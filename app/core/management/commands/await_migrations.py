"""What a worker does before it works: the tables must be those that it knows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.postgres.migrating import wait_for_migrations


class Command(BaseCommand):
    """Waits until every migration is applied; a web process does that."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait."""
        parser.add_argument("--timeout", type=int, default=300, help="seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is changed."""
        wait_for_migrations(seconds=options["timeout"])
