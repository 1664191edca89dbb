"""Mutants, whose patches must apply to the code and name existing tests."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.site import ROOT
from tests.faults.mutants.__main__ import GIT, PATCHES, named_tests


@pytest.mark.skipif(shutil.which(GIT) is None, reason="git is not on the path: apt install git")
@pytest.mark.parametrize("patch", sorted(PATCHES.glob("*.patch")), ids=lambda path: path.stem)
def test_a_patch_applies_and_names_tests(patch: Path) -> None:
    subprocess.run([GIT, "apply", "--check", patch], cwd=ROOT, check=True)
    names = named_tests(patch)
    assert names
    for name in names:
        file, function = re.fullmatch(r"([^:]+)::(\w+)(?:\[.+\])?", name).groups()  # type: ignore[union-attr]
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
