"""The exception of an upload that does not become a job."""

from http import HTTPStatus


class ImportRefused(Exception):  # noqa: N818  # an answer, not a fault
    """An upload that is not accepted.

    `code` is stable, `message` is translated, `status` is the HTTP status of the answer.
    """

    def __init__(self, code: str, message: str, status: HTTPStatus) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(message)
