"""Search for the environment variables that a module reads (tests/variables.py)."""

from pathlib import Path

import pytest

from tests.variables import NONE, REQUIRED, variables_read


def test_a_read_is_found_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        "import os\n"
        "from core import env\n"
        'NAME: str = "BY_CONSTANT"\n'
        'a = env.integer(NAME, 5, minimum=2)\n'
        'b = env.boolean("SWITCH", default=True)\n'
        'c = env.secret("KEY", min_bytes=32), env.secrets("KEYS", min_bytes=8)\n'
        'd = os.environ["NEEDED"], os.environ.get("PERHAPS"), os.getenv("OTHER", "x")\n'
        'e = os.environ.get("EITHER") or "or"\n'
        'os.environ["WRITTEN"] = "y"\n'
        'f = env.text("TWICE"), env.text("TWICE", ""), os.environ["TWICE"]\n'
    )  # fmt: skip
    found = variables_read(str(tmp_path))
    assert {name: (variable.type, variable.default) for name, variable in found.items()} == {
        "BY_CONSTANT": ("integer, 2 or more", "`5`"),
        "SWITCH": ("boolean", "`true`"),
        "KEY": ("secret, 32 bytes or more", REQUIRED),
        "KEYS": ("list of secrets, 8 bytes or more each", NONE),
        "NEEDED": ("text", REQUIRED),
        "PERHAPS": ("text", NONE),
        "OTHER": ("text", "`x`"),
        "EITHER": ("text", "`or`"),
        "TWICE": ("text", NONE),
    }


@pytest.mark.parametrize(
    "line",
    [
        'env.text("A", "b"), env.text("A", "c")',
        "env.text(name)",
        "os.environ.get(name)",
        "from os import environ",
        "from core.env import text",
    ],
)
def test_a_read_that_cannot_be_documented_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "module.py").write_text(f"import os\nfrom core import env\n{line}\n")
    with pytest.raises(AssertionError):
        variables_read(str(tmp_path))
