"""Errors of the HTTP parser, without the text of the request."""

import pytest
from gunicorn.http import errors

from core.server.parse_errors import without_quote


@pytest.mark.parametrize("kind", errors.ParseException.__subclasses__(), ids=lambda k: k.__name__)
def test_a_parse_error_does_not_quote_the_request(kind: type[errors.ParseException]) -> None:
    """Fails when the class is lost too, because gunicorn chooses the status by the class."""
    unquoted = without_quote(Exception.__new__(kind, "a token"))
    assert isinstance(unquoted, kind)
    assert str(unquoted) == kind.__name__


def test_other_errors_are_unchanged() -> None:
    error = ValueError("x")
    assert without_quote(error) is error
