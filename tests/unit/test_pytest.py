"""The settings of pytest in pyproject.toml."""

import warnings

import pytest


def test_a_folder_of_an_earlier_run_that_cannot_be_deleted_fails_no_run() -> None:
    warnings.warn(pytest.PytestWarning("(rm_rf) error removing /tmp/old: busy"), stacklevel=1)
    with pytest.raises(pytest.PytestWarning):
        warnings.warn(pytest.PytestWarning("another"), stacklevel=1)
