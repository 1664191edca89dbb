"""A storage in a folder, MEDIA_ROOT.

Files arrive in INCOMING_DIR, which is below it, so that a rename stores them.
"""

import os
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from core.storage.assembly import Assembly
from core.storage.base import MARKERS, FileStorage, Usage
from core.storage.folder_files import FolderAssembly, FolderReceipt
from core.storage.receipt import Receipt
from core.storage.removal import log_failed_removal


class FolderStorage(FileStorage, FileSystemStorage):
    """Django's storage, with files that are synced to disk."""

    is_remote = False

    def receive(self, name: str) -> Receipt:
        """Return a new file in INCOMING_DIR."""
        return FolderReceipt(self, name)

    def assembly(self, name: str) -> Assembly:
        """Return the file that is put together under this name."""
        return FolderAssembly(self, name)

    def assemblies(self, folder: str) -> set[str]:
        """Return the names of the files in the folder."""
        try:
            _, names = self.listdir(folder)
        except FileNotFoundError:
            return set()
        return {f"{folder}/{name}" for name in names}

    def remove_others(self, folder: str, keep: Collection[str]) -> None:
        """Remove all that the folder contains, if it exists, except for the files to keep."""
        try:
            folders, names = self.listdir(folder)
        except FileNotFoundError:
            return
        for subfolder in (f"{folder}/{name}" for name in folders):
            self.remove_others(subfolder, keep)
            if not any(name.startswith(f"{subfolder}/") for name in keep):
                self.delete(subfolder)
        for name in names:
            if f"{folder}/{name}" not in keep:
                self.delete(f"{folder}/{name}")

    def remove_unfinished(self, *, before: datetime) -> None:
        """Remove files that a web worker was receiving when it was killed."""
        for path in settings.INCOMING_DIR.glob("*"):
            with log_failed_removal(path.name), suppress(FileNotFoundError):  # its request ended
                if path.suffix != MARKERS and path.stat().st_mtime < before.timestamp():
                    path.unlink()

    def probe(self) -> None:
        """Raise `OSError` if files cannot be stored or received."""
        self.exists("probe")
        settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.INCOMING_DIR):
            pass

    def usage(self) -> Usage:
        """Return the space of the file system."""
        space = shutil.disk_usage(settings.INCOMING_DIR)
        return Usage(space.total, space.free)

    def sync(self, name: str) -> None:
        """Write the stored file and the directory entries on its path to disk.

        The directories are those up to the root of the storage: the file may be the first in each.
        """
        path, root = Path(self.path(name)), Path(self.location)
        while path.is_relative_to(root):
            _sync(path)
            path = path.parent


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
