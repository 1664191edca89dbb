"""The settings of pytest in pyproject.toml."""

import warnings

import pytest


def test_a_folder_of_an_earlier_run_that_cannot_be_deleted_fails_no_run() -> None:
    warnings.warn(pytest.PytestWarning("(rm_rf) error removing /tmp/old: busy"), stacklevel=1)
    with pytest.raises(pytest.PytestWarning):
        warnings.warn(pytest.PytestWarning("another"), stacklevel=1)


def test_the_ids_of_all_tests_are_short(request: pytest.FixtureRequest) -> None:
    """The processes of a run exchange the ids. One of 80 MB made a run minutes longer."""
    assert max(len(item.nodeid) for item in request.session.items) < 1000
