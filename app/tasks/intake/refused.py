"""The one exception that intake raises for an upload that does not become a job."""

from http import HTTPStatus


class ImportRefused(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """An upload that is not accepted.

    `code` is stable and for programs, `message` is translated and says what to do, `status` is the
    HTTP status of the answer.
    """

    def __init__(self, code: str, message: str, status: HTTPStatus) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(message)
