"""The programs of docs/clients.md with generated clients, against a running system."""

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.http.raw_file import RAW_TYPES
from local.site import ROOT
from local.stack import Stack
from tests.clients import npm
from tests.e2e.walkthrough import ADDRESS
from tests.stacks import as_admin, numbers

pytestmark = pytest.mark.xdist_group("stack")
DOCUMENT = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
REJECTED = 50
"""Rows of a file that have no valid e-mail address at first: more than two pages of them."""
USERS = "SELECT count(*) FROM users_uc_user"


@dataclass(frozen=True)
class Program:
    """A program of the document with its generated client."""

    folder: Path
    start: tuple[str | Path, ...]
    type_check: tuple[str | Path, ...]
    generated: str
    """What the generator printed."""
    key: str

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder of the program, without a proxy."""
        return subprocess.run(
            command, cwd=self.folder, env={**npm.ENVIRONMENT, "KEY": self.key},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


def blocks(heading: str, stack: Stack) -> tuple[str, str]:
    """Return the command that makes the client and the program, for the address of the system."""
    section = DOCUMENT.partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    command, program = re.findall(r"^```\w+\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert ADDRESS in command
    assert ADDRESS in program
    address = stack.base_url.removeprefix("http://")
    return command.replace(ADDRESS, address), program.replace(ADDRESS, address)


def generate(command: str, folder: Path) -> str:
    """Run the command and return what it prints."""
    return subprocess.run(
        ["/bin/bash", "-ec", command], cwd=folder, env=npm.ENVIRONMENT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    """Return an API key that may only import."""
    body = {"name": "Generated", "scopes": ["imports:read", "imports:write"], "expires_at": None}
    with as_admin(stack) as admin:
        return str(admin.create("/api/v1/keys/", body)["key"])


@pytest.fixture(scope="module")
def python(stack: Stack, key: str, tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("python")
    command, program = blocks("Python", stack)
    printed = generate(command, folder)
    (folder / "correct.py").write_text(program)
    options = ("--strict", "--follow-imports=silent", "--config-file=")
    return Program(
        folder=folder,
        start=(sys.executable, "correct.py"),
        type_check=(sys.executable, "-m", "mypy", *options, "correct.py"),
        generated=printed,
        key=key,
    )


@pytest.fixture(scope="module")
def typescript(stack: Stack, key: str, tmp_path_factory: pytest.TempPathFactory) -> Program:
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(npm.packages())
    command, program = blocks("TypeScript", stack)
    generate_types, type_check = command.splitlines()
    printed = generate(generate_types, folder)
    (folder / "correct.mts").write_text(program)
    return Program(
        folder=folder,
        start=(npm.NODE, "correct.mts"),
        type_check=tuple(type_check.split()),
        generated=printed,
        key=key,
    )


@pytest.fixture(params=["python", "typescript"])
def program(request: pytest.FixtureRequest) -> Program:
    made: Program = request.getfixturevalue(request.param)
    return made


def file_of(program: Program, *, wrong: str) -> Path:
    """Write a file in which each second row has `wrong` in place of an @."""
    name = f"{program.folder.name}-{len(wrong)}"
    rows = [f"{name}-{i}{wrong if i % 2 else '@'}example.com,P" for i in range(2 * REJECTED)]
    path = program.folder / "users.csv"
    path.write_text("\n".join(["email,name", *rows, ""]))
    return path


def test_the_python_generator_leaves_out_only_uploads_without_a_form(python: Program) -> None:
    warnings = re.findall(r"^WARNING (.*)\n\n(.*)$", python.generated, re.MULTILINE)
    where = "parsing POST /api/v1/imports/ within imports."
    assert warnings == [(where, f"Unsupported content type {kind}") for kind in RAW_TYPES]


def test_the_typescript_generator_warns_of_nothing(typescript: Program) -> None:
    printed = r"\W*openapi-typescript [\d.]+\n.* → accounts\.ts .*\n"
    assert re.fullmatch(printed, typescript.generated)


def test_the_program_has_the_types_of_its_client(program: Program) -> None:
    result = program.run(*program.type_check)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_program_corrects_the_rejected_rows(program: Program, stack: Stack) -> None:
    (before,) = numbers(stack, USERS)
    result = program.run(*program.start, file_of(program, wrong=" at "))
    lines = range(3, 2 * REJECTED + 2, 2)
    rejected = [f"line {line}: This is not a valid e-mail address." for line in lines]
    assert result.stdout.splitlines() == [*rejected, "complete"], result.stderr
    assert (result.returncode, result.stderr) == (0, "")
    assert numbers(stack, USERS) == (before + 2 * REJECTED,)


def test_the_program_fails_if_a_row_is_still_rejected(program: Program) -> None:
    result = program.run(*program.start, file_of(program, wrong="(at)"))
    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "nothing")


def test_the_program_fails_without_a_key(program: Program) -> None:
    path = file_of(program, wrong=" at ")
    result = replace(program, key="acc_none").run(*program.start, path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "The API key is invalid" in result.stderr
