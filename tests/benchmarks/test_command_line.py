"""The command line of import_speed."""

import pytest

from benchmarks.import_speed import command_options, read_options
from benchmarks.imports.cases import CASES


def test_the_default_is_every_case_and_is_left_out_of_the_command() -> None:
    options = read_options([])
    assert options.cases == CASES
    assert command_options(options) == "--rows 1000000 --pairs 5"


def test_cases_are_measured_in_the_given_order() -> None:
    options = read_options(["--cases", "long,clean", "--pairs", "1"])
    assert [case.name for case in options.cases] == ["long", "clean"]
    assert command_options(options) == "--cases long,clean --rows 1000000 --pairs 1"


@pytest.mark.parametrize("wrong", [["--cases", "fast"], ["--rows", "10"], ["--rows", "many"]])
def test_a_wrong_option_is_an_error(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        read_options(wrong)
    assert wrong[0] in capsys.readouterr().err


def test_the_names_of_cases_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
