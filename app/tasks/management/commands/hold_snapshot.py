"""Holds a snapshot of the database and the files of its imports, for deploy/backup.sh."""

import sys
from typing import Any, Final

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from tasks.lifecycle import backup

_END: Final = "end"


class Command(BaseCommand):
    """Prints the name of a snapshot, the names of its files, and `end`.

    It holds the snapshot until it reads a line, and the files until its input ends.
    """

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold the snapshot and the files. Raise CommandError if another backup runs."""
        with backup.lock() as acquired:
            if not acquired:
                raise CommandError("Another backup runs. Wait for its end.")
            with backup.snapshot() as snapshot:
                self.stdout.write(snapshot)
                self._write_files()
                self.stdout.write(_END)
                self.stdout.flush()
                sys.stdin.readline()
            sys.stdin.read()

    def _write_files(self) -> None:
        for name in backup.files():
            if default_storage.exists(name):
                self.stdout.write(name)
            else:
                self.stderr.write(f"The file {name} is missing.")
