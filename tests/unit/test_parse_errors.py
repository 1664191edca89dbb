"""Errors of the HTTP parser do not quote the request."""

import pytest
from gunicorn.http import errors

from core.server.parse_errors import without_quote


@pytest.mark.parametrize("kind", errors.ParseException.__subclasses__(), ids=lambda k: k.__name__)
def test_what_cannot_be_read_is_not_quoted(kind: type[errors.ParseException]) -> None:
    """And still gets the status that gunicorn gives to its kind."""
    quiet = without_quote(Exception.__new__(kind, "a token"))
    assert isinstance(quiet, kind)
    assert str(quiet) == kind.__name__


def test_of_our_own_errors_nothing_is_changed() -> None:
    error = ValueError("x")
    assert without_quote(error) is error
