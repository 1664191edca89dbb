"""Parse errors that do not quote the request.

gunicorn quotes a request that it cannot parse, in its log and in its response. The quote may
contain a token.
"""

import socket
from typing import Any, cast

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker


class PrivateErrorsWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker that reports a parse error by its class only."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Log the error and answer the request."""
        super().handle_error(req, client, addr, without_quote(exc))


def without_quote(error: Exception) -> Exception:
    """Return a parse error of the same class whose text is the name of the class.

    Other errors are returned as they are.
    """
    if not isinstance(error, ParseException):
        return error
    kind = type(error)
    quiet = type(kind.__name__, (kind,), {"__str__": lambda _: kind.__name__})
    return cast("Exception", Exception.__new__(quiet))
