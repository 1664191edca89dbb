"""The settings of pytest in pyproject.toml."""

import re
import subprocess
import sys
import warnings

import pytest

from local.site import ROOT


def test_a_folder_of_an_earlier_run_that_cannot_be_deleted_fails_no_run() -> None:
    warnings.warn(pytest.PytestWarning("(rm_rf) error removing /tmp/old: busy"), stacklevel=1)
    with pytest.raises(pytest.PytestWarning):
        warnings.warn(pytest.PytestWarning("another"), stacklevel=1)


def test_the_ids_of_all_tests_are_short(request: pytest.FixtureRequest) -> None:
    """The processes of a run exchange the ids. One of 80 MB made a run minutes longer."""
    assert max(len(item.nodeid) for item in request.session.items) < 1000


def test_tests_that_share_a_system_stand_in_the_order_of_their_file() -> None:
    """The last test of this module stops the system of all others."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/e2e/test_command.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = re.findall(r"::(test_\w+)", listed)
    assert names[0].startswith("test_local_json")
    assert names[-1].startswith("test_ctrl_c")
