"""A complete upload as intake takes it."""

from console.models import Upload
from core.storage.receipt import Receipt
from tasks.intake.incoming import IncomingFile


class ReceivedFile(IncomingFile):
    """The file of an upload. The upload stays: a file that intake refuses need not be sent again.

    Raises `FileNotFoundError` if the file is gone.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        super().__init__(upload.file_name, None, size=upload.size)
        self.sha256, self.is_utf8 = upload.sha256, upload.is_utf8

    def _receive(self, name: str) -> Receipt:
        return self._upload.file.receipt(name)
