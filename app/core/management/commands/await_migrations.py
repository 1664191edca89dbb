"""Waits until a web process has applied all migrations. Celery workers and beat run it first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.postgres.migrating import wait_for_migrations


class Command(BaseCommand):
    """A wait for all migrations of this version."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=int, default=300, help="seconds to wait")

    def handle(self, *args: Any, **options: Any) -> None:
        """Wait. The database does not change."""
        wait_for_migrations(seconds=options["timeout"])
