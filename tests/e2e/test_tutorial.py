"""The tutorial and the README's examples against a running system.

With TUTORIAL_UPDATE=1 the answers of the running system are written into both documents instead.
"""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.site import ROOT
from tests.e2e import documents
from tests.e2e.commands import Command, started
from tests.stacks import ADMIN, PASSWORD

pytestmark = pytest.mark.xdist_group("stack")
UPDATE = "TUTORIAL_UPDATE"


def _write_script(folder: Path) -> Path:
    """Write a `run_local.sh` that uses this environment, the data in `folder` and a free port."""
    script = folder / "run_local.sh"
    options = ("-m", "local", "--port", "0", "--data", str(folder / ".data"))
    script.write_text(
        "#!/bin/sh\n"
        'export RUN_LOCAL_FROM="$PWD"\n'
        "unset EMAIL_FILE_PATH ACCOUNT_PAGE_URL  # those of the test run's own servers\n"
        f"cd {shlex.quote(str(ROOT))} || exit\n"
        f'exec {shlex.join([sys.executable, *options])} "$@"\n'
    )
    script.chmod(0o755)
    return script


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """One system with the demo's import, started as the documents say."""
    folder = tmp_path_factory.mktemp("tutorial") / "a project"
    folder.mkdir()
    script = _write_script(folder)
    admin = {"ADMIN_EMAIL": ADMIN, "ADMIN_PASSWORD": PASSWORD}
    with started(folder / ".data", "--demo", program=(str(script),), **admin) as command:
        command.ready()
        command.says(r"/failed-rows\.csv\n")
        yield command


def _compare(command: Command, name: str) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    answers = documents.run(documents.blocks(text), command.data.parent, command.ready())
    if os.environ.get(UPDATE):
        path.write_text(documents.updated(text, answers), encoding="utf-8")
        return
    difference = documents.difference(text, answers, name)
    if difference:
        advice = f"{UPDATE}=1 ./run_tests.sh tests/e2e/test_tutorial.py writes these answers"
        pytest.fail(f"{difference}\n{advice}", pytrace=False)


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md"])
def test_the_commands_of_a_document_print_the_answers_that_it_shows(
    command: Command, name: str
) -> None:
    _compare(command, name)
