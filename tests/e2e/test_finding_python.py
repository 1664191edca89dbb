"""How run_local.sh finds a Python and makes its virtual environment, here without packages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.site import ROOT

OLD = 'case $1 in --version) echo "Python 3.11.2" ;; *) exit 1 ;; esac'
NEW = f'exec "{sys.executable}" "$@"'
type Run = Callable[..., subprocess.CompletedProcess[str]]


def write_program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with the script and empty requirements."""
    target = tmp_path / "a project"
    (target / "local").mkdir(parents=True)
    for name in ("run_local.sh", "local/venv.sh"):
        shutil.copy2(ROOT / name, target / name)
    (target / "requirements.txt").write_text("# nothing\n")
    (target / "requirements-local.txt").write_text("")
    write_program(target / "local/__init__.py", "")
    (target / "local/__init__.py").write_text("")
    (target / "local/__main__.py").write_text("import sys; print('runs in', sys.prefix)\n")
    return target


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Run:
    """Return a function that runs the script. Every Python on its path is too old."""
    for name in ("python3", "python3.13", "python3.14"):
        write_program(tmp_path / "bin" / name, OLD)

    def start(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
        # A Python that is not at its original place needs this to find its library.
        own = {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
        bare = {"PATH": path, "HOME": str(tmp_path / "home"), **own, **env}
        return subprocess.run(
            arguments or [project / "run_local.sh"], cwd=project,
            env=bare, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return start


def test_without_a_new_python_one_line_says_what_to_install(run: Run) -> None:
    result = run()
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(
        "run_local: Python 3.13 or newer with its venv module is required;"
        " python3 is Python 3.11.2."
    )
    assert "pyenv install 3.13" in result.stderr


@pytest.mark.parametrize(
    ("place", "env"),
    [
        ("bin/python3.13", {}),
        ("home/.pyenv/versions/3.13.5/bin/python3", {}),
        ("elsewhere/versions/3.14.0/bin/python3", {"PYENV_ROOT": "elsewhere"}),
    ],
)
def test_a_newer_python_is_found_beside_an_old_python3(
    tmp_path: Path, run: Run, place: str, env: dict[str, str]
) -> None:
    write_program(tmp_path / place, NEW)
    paths = {name: str(tmp_path / value) for name, value in env.items()}
    result = run("bash", "-c", ". local/venv.sh && find_python", **paths)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{sys.executable}\n", "")


def test_the_environment_is_made_again_only_for_other_requirements(
    tmp_path: Path, run: Run, project: Path
) -> None:
    write_program(tmp_path / "bin/python3", NEW)
    assert f"creating {project / '.venv'}" in run().stdout
    again = run()
    assert again.stdout == f"runs in {project / '.venv'}\n"
    (project / "requirements.txt").write_text("# still nothing\n")
    assert f"creating {project / '.venv'}" in run().stdout


def test_an_environment_that_the_script_did_not_make_is_left_alone(
    tmp_path: Path, run: Run, project: Path
) -> None:
    write_program(tmp_path / "bin/python3", NEW)
    (project / ".venv").mkdir()
    (project / ".venv/precious").write_text("")
    result = run()
    assert result.returncode == 1
    expected = f"run_local: {project / '.venv'} was not created by this script; move it away\n"
    assert result.stderr == expected
    assert (project / ".venv/precious").exists()


def test_an_environment_that_another_start_is_making_is_left_alone(
    tmp_path: Path, run: Run, project: Path
) -> None:
    write_program(tmp_path / "bin/python3", NEW)
    (project / ".venv.lock").mkdir()
    (project / ".venv.lock/pid").write_text(f"{os.getpid()}\n")
    result = run()
    assert result.returncode == 1
    assert result.stderr.startswith(f"run_local: another process (pid {os.getpid()}) is creating ")
    assert not (project / ".venv").exists()


def test_after_a_failed_installation_the_environment_is_unfinished(
    tmp_path: Path, run: Run, project: Path
) -> None:
    write_program(tmp_path / "bin/python3", NEW)
    (project / "requirements.txt").write_text("./not-there.whl --hash=sha256:00\n")
    result = run()
    assert result.returncode == 1
    assert result.stderr.endswith("run_local: pip cannot install the packages, see above\n")
    assert not (project / ".venv.lock").exists()
    assert not (project / ".venv/.finished").exists()
