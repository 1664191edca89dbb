"""Waits for PostgreSQL, applies the migrations and creates the superuser of ADMIN_EMAIL, if set.

Afterwards it builds or drops the index of the search, as USER_SEARCH_INDEX says.
With DB_POOLER=transaction it gives the role of PostgreSQL the time limits of requests.

Run this command before each start of the web server. Several may run at the same time.
"""

from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from core import env
from core.postgres.migrating import migration_lock
from core.postgres.role import set_defaults
from core.postgres.waiting import wait_for_database


class Command(BaseCommand):
    """The preparation of the database by a web process."""

    help = __doc__ or ""
    requires_system_checks = [Tags.security]  # others query the database, which may still start

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--timeout", type=int, default=60, help="seconds for PostgreSQL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the database under the migration lock.

        The index is built after it: the build waits for other transactions, and so for other
        processes that wait for the lock.
        """
        wait_for_database(seconds=options["timeout"])
        with migration_lock():
            if settings.DB_POOLER != "none":
                set_defaults(settings.WEB_TIMEOUTS)
            call_command("migrate", interactive=False, stdout=self.stdout, stderr=self.stderr)
            if env.text("ADMIN_EMAIL", ""):
                call_command("ensure_superuser", stdout=self.stdout)
        call_command("match_search_index")
