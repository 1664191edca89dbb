"""Options of the scripts and of the benchmarks in docs/development.md."""

import ast
import re

import pytest

from local.site import ROOT
from tests.documents import codes, tables

TEXT = (ROOT / "docs/development.md").read_text(encoding="utf-8")


def first_column(section: str, *columns: str) -> list[str]:
    """Return the code in the first cells of the tables with these columns."""
    return [
        code
        for table in tables(TEXT)
        if table.section == section and table.columns == columns
        for row in table.rows
        for code in codes(row[0])
    ]


@pytest.mark.parametrize("script", ["run_local.sh", "run_performance_test.sh"])
def test_the_options_of_a_script_are_documented(script: str) -> None:
    usage = (ROOT / script).read_text()
    options = re.findall(r"^  (--?\w[\w-]*)", usage, re.MULTILINE)
    assert options
    assert first_column(script, "option", "default", "meaning") == options
    section = TEXT.partition(f"\n## {script}")[2].partition("\n## ")[0]
    synopsis = section.partition("```text\n")[2].partition("```")[0]
    assert set(re.findall(r"--?\w[\w-]*", synopsis)) == set(options)


def test_the_options_of_run_tests_are_documented() -> None:
    usage = (ROOT / "run_tests.sh").read_text()
    options = re.findall(r"^#.*run_tests\.sh (--\w+)", usage, re.MULTILINE)
    assert options
    calls = first_column("run_tests.sh", "call", "runs")
    assert {f"./run_tests.sh {option}" for option in options} <= set(calls)


def test_the_benchmarks_and_their_options_are_documented() -> None:
    found = {}
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        added = [call for call in calls if ast.unparse(call.func) == "parser.add_argument"]
        if added:
            options = [ast.literal_eval(call.args[0]) for call in added]
            if any(ast.unparse(call.func) == "option_parser" for call in calls):
                options.append("--write")
            found[f"python -m benchmarks.{path.stem}"] = options
    (table,) = [
        table for table in tables(TEXT) if table.columns == ("command", "measures", "options")
    ]
    assert {codes(row[0])[0]: codes(row[2]) for row in table.rows} == found


def test_requirements_are_compiled_in_the_documented_order() -> None:
    files = first_column("Requirements", "file", "for")
    assert sorted(files) == sorted(path.name for path in ROOT.glob("requirements*.in"))
    (names,) = re.findall(r"^for name in (.*); do$", TEXT, re.MULTILINE)
    assert [f"{name}.in" for name in names.split()] == files
