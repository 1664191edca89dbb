"""What import_speed is asked for."""

import pytest

from benchmarks.import_speed import as_given, read_options
from benchmarks.imports.cases import CASES


def test_every_case_is_the_default_and_is_not_repeated() -> None:
    options = read_options([])
    assert options.cases == CASES
    assert as_given(options) == "--rows 1000000 --pairs 5"


def test_some_cases_in_the_order_given() -> None:
    options = read_options(["--cases", "long,clean", "--pairs", "1"])
    assert [case.name for case in options.cases] == ["long", "clean"]
    assert as_given(options) == "--cases long,clean --rows 1000000 --pairs 1"


@pytest.mark.parametrize("wrong", [["--cases", "fast"], ["--rows", "10"], ["--rows", "many"]])
def test_what_cannot_be_measured_is_refused(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        read_options(wrong)
    assert wrong[0] in capsys.readouterr().err


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
