"""A complete upload as intake takes it."""

import os
import uuid

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from console.models import Upload
from tasks.intake.incoming import IncomingFile


class ReceivedFile(IncomingFile):
    """The file of an upload, under a second name that intake may move or delete.

    The upload keeps its own name. So a file that intake refuses need not be sent again.
    """

    def __init__(self, upload: Upload) -> None:
        settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
        name = settings.INCOMING_DIR / f"{uuid.uuid4().hex}.received"
        os.link(upload.path, name)
        UploadedFile.__init__(self, name.open("rb"), upload.file_name, None, upload.size, None)
        self.sha256, self.is_utf8 = upload.sha256, upload.is_utf8
        self._name_on_disk = name

    def close(self) -> None:
        """Close the file and remove its second name, unless intake has moved it."""
        super().close()
        self._name_on_disk.unlink(missing_ok=True)

    def temporary_file_path(self) -> str:
        """Return the path, from which the storage moves the file."""
        return str(self._name_on_disk)
