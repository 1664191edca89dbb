"""The documents with commands against a running system: what they print is what they show.

With TUTORIAL_UPDATE=1 the answers of the running system are written into the documents instead.
"""

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from local.site import ROOT
from tests.e2e import walkthrough
from tests.e2e.commands import Command, started
from tests.stacks import ADMIN, PASSWORD

pytestmark = pytest.mark.xdist_group("stack")
UPDATE = "TUTORIAL_UPDATE"
SIGNER_KEY = (
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
)
"""The public example of Firebase's scrypt library, with which docs/migrating.md has its hash."""


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
    with started(
        folder / ".data",
        "--demo",
        program=(str(script),),
        ADMIN_EMAIL=ADMIN,
        ADMIN_PASSWORD=PASSWORD,
        FIREBASE_SCRYPT_SIGNER_KEY=SIGNER_KEY,
    ) as command:
        command.ready()
        command.wait_for(r"/rejected-rows\.csv\n")
        yield command


DOCUMENTS = ["README.md", "docs/tutorial.md", "docs/migrating.md", "docs/clients.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_commands_of_a_document_print_the_answers_that_it_shows(
    command: Command, name: str
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = walkthrough.blocks(text)
    answers = walkthrough.run(blocks, command.data.parent, command.ready())
    _compare(name, text, blocks, answers)


def test_the_readme_shows_what_the_demo_prints(command: Command) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = walkthrough.console(text)
    assert block.commands == f"ADMIN_PASSWORD='{PASSWORD}' ./run_local.sh --demo\n"
    _compare("README.md", text, [block], [walkthrough.printed(command.text(), command.ready())])


def _compare(
    name: str, text: str, blocks: Sequence[walkthrough.Block], answers: Sequence[str]
) -> None:
    """Fail where the answers differ from the document's, or write them into the document."""
    after = walkthrough.updated(text, blocks, answers)
    if os.environ.get(UPDATE):
        (ROOT / name).write_text(after, encoding="utf-8")
    elif after != text:
        advice = f"{UPDATE}=1 ./run_tests.sh tests/e2e/test_tutorial.py writes these answers"
        pytest.fail(f"{walkthrough.difference(text, after, name)}\n{advice}", pytrace=False)
