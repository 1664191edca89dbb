"""The check for imports of packages that no requirements file declares."""

from pathlib import Path

import pytest

from local import declared

PACKAGES = {
    "spans": {"spans-api"},
    "spans.names": {"spans-names"},
    "web": {"web"},
    "tests": {"careless-package"},
}


def lines(root: Path, code: str, *, folder: str = "app", requirements: str = "") -> list[str]:
    """The check's output for one module in a repository that has nothing else."""
    for files in declared.FOLDERS.values():
        for file in files:
            (root / file).write_text("")
    for name in {"app", folder}:
        (root / name).mkdir()
    (root / folder / "module.py").write_text(code)
    if files := declared.FOLDERS[folder]:
        (root / files[-1]).write_text(requirements)
    return list(declared.undeclared(root, PACKAGES))


@pytest.mark.parametrize(
    "code", ["import web", "import web.inner", "from web import View", "def f():\n    import web"]
)
def test_an_undeclared_import_is_found(tmp_path: Path, code: str) -> None:
    (line,) = lines(tmp_path, code)
    assert line.startswith("app/module.py:")
    assert line.endswith(" is in web: declare it in requirements.in")


@pytest.mark.parametrize("name", ["web~=1.0", "Web[extra]==1  # why", "web"])
def test_a_declared_import_passes(tmp_path: Path, name: str) -> None:
    assert not lines(tmp_path, "import web", requirements=f"# web servers\n{name}\n")


def test_packages_that_share_a_first_name_are_told_apart(tmp_path: Path) -> None:
    code = "from spans import start\nfrom spans import names\nfrom spans.names import HTTP\n"
    second, third = lines(tmp_path, code, requirements="spans-api")
    assert second.startswith("app/module.py:2: spans.names is in spans-names")
    assert third.startswith("app/module.py:3: spans.names.HTTP is in spans-names")


def test_the_standard_library_and_own_modules_need_no_declaration(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    assert not lines(tmp_path, "import json\nimport tests.servers\nfrom . import web\n")


def test_a_peer_has_requirements_of_its_own(tmp_path: Path) -> None:
    peer = tmp_path / declared.PEERS
    peer.mkdir(parents=True)
    (peer / "main.py").write_text("import web")
    assert not lines(tmp_path, "")


def test_a_folder_without_requirements_has_the_standard_library(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "import web", folder="deploy")
    assert line == "deploy/module.py:1: web is in web: use the standard library"


def test_the_installed_packages_are_known() -> None:
    packages = declared.installed()
    assert packages["kombu"] == {"kombu"}
    assert packages["opentelemetry.trace"] == {"opentelemetry-api"}
    assert packages["opentelemetry.semconv.attributes"] == {"opentelemetry-semantic-conventions"}


@pytest.mark.parametrize(("found", "code"), [([], 0), (["app/module.py:1: web"], 1)])
def test_the_exit_code_tells(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: list[str],
    code: int,
) -> None:
    monkeypatch.setattr(declared, "undeclared", lambda *_: iter(found))
    assert declared.main() == code
    expected = found or ["Every imported package is declared."]
    assert capsys.readouterr().out.splitlines() == expected
