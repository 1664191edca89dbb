"""Tests that docs/security.md names."""

import ast
import re

import pytest

from local.site import ROOT

NAMED = sorted(set(re.findall(r"`(tests/[^`\s]+)`", (ROOT / "docs/security.md").read_text())))


@pytest.mark.parametrize("name", NAMED)
def test_a_named_test_exists(name: str) -> None:
    file, _, test = name.partition("::")
    tree = ast.parse((ROOT / file).read_text())
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert not test or test in functions


@pytest.mark.parametrize("number", range(1, 11))
def test_each_of_the_owasp_top_ten_has_a_test(number: int) -> None:
    text = (ROOT / "docs/security.md").read_text()
    (row,) = re.findall(rf"^\| API{number} \|.*$", text, re.MULTILINE)
    assert re.search(r"`tests/\S+::test_\w+`", row)
