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
    """Return the output of the check for a repository with one module."""
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
def test_an_undeclared_import_is_reported(tmp_path: Path, code: str) -> None:
    (line,) = lines(tmp_path, code)
    assert line.startswith("app/module.py:")
    assert line.endswith(" is in web: declare it in requirements.in")


@pytest.mark.parametrize("name", ["web~=1.0", "Web[extra]==1  # why", "web"])
def test_a_declared_import_passes(tmp_path: Path, name: str) -> None:
    assert not lines(tmp_path, "import web", requirements=f"# web servers\n{name}\n")


def test_packages_that_share_a_first_name_are_distinguished(tmp_path: Path) -> None:
    code = "from spans import start\nfrom spans import names\nfrom spans.names import HTTP\n"
    second, third = lines(tmp_path, code, requirements="spans-api")
    assert second.startswith("app/module.py:2: spans.names is in spans-names")
    assert third.startswith("app/module.py:3: spans.names.HTTP is in spans-names")


def test_the_standard_library_and_own_modules_need_no_declaration(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    assert not lines(tmp_path, "import json\nimport tests.servers\nfrom . import web\n")


def test_the_modules_of_a_peer_are_not_checked(tmp_path: Path) -> None:
    peer = tmp_path / declared.PEERS
    peer.mkdir(parents=True)
    (peer / "main.py").write_text("import web")
    assert not lines(tmp_path, "")


def test_a_folder_without_requirements_may_use_only_the_standard_library(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, "import web", folder="deploy")
    assert line == "deploy/module.py:1: web is in web: use the standard library"


def test_the_installed_packages_are_known() -> None:
    packages = declared.installed()
    assert packages["kombu"] == {"kombu"}
    assert packages["opentelemetry.trace"] == {"opentelemetry-api"}
    assert packages["opentelemetry.semconv.attributes"] == {"opentelemetry-semantic-conventions"}


@pytest.mark.parametrize(("imports", "code"), [([], 0), (["app/module.py:1: web"], 1)])
def test_the_exit_code_is_1_for_undeclared_imports(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    imports: list[str],
    code: int,
) -> None:
    monkeypatch.setattr(declared, "undeclared", lambda *_: iter(imports))
    assert declared.main() == code
    expected = imports or ["Every imported package is declared."]
    assert capsys.readouterr().out.splitlines() == expected


def test_imports_for_types_may_be_declared_for_development(tmp_path: Path) -> None:
    code = "if TYPE_CHECKING:\n    from web import View\nimport web\n"
    (tmp_path / "requirements-dev.in").write_text("")
    found = lines(tmp_path, code)
    assert sorted(line.partition(":")[2][0] for line in found) == ["2", "3"]
    (tmp_path / "requirements-dev.in").write_text("web")
    (line,) = declared.undeclared(tmp_path, PACKAGES)
    assert line.startswith("app/module.py:3: ")
