"""The system user that runs PostgreSQL if this process is root."""

import os
import pwd
import shutil
from pathlib import Path

import pytest

from local import system_user
from local.errors import LocalError

ABSENT = "accounts-nobody-has-this"
ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def useradd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of useradd that records its arguments."""
    program = tmp_path / "useradd"
    program.write_text(f'#!/bin/sh\necho "$@" >"{tmp_path}/arguments"\n')
    program.chmod(0o755)
    monkeypatch.setattr(system_user, "_ON_MACOS", ABSENT)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: str(program))
    return program


def test_an_existing_user_is_used() -> None:
    assert system_user.ensure(ME) == ME


def test_the_user_of_macos_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_user, "_ON_MACOS", ME)
    assert system_user.ensure(ABSENT) == ME


def test_a_missing_user_is_created_without_a_shell(useradd: Path, tmp_path: Path) -> None:
    assert system_user.ensure(ABSENT) == ABSENT
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments == ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ABSENT]


def test_an_error_of_useradd_is_shown(useradd: Path) -> None:
    useradd.write_text("#!/bin/sh\necho 'the disk is full' >&2; exit 1\n")
    with pytest.raises(
        LocalError, match=f"cannot create the system user {ABSENT}: the disk is full"
    ):
        system_user.ensure(ABSENT)


def test_root_without_useradd_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_user, "_ON_MACOS", ABSENT)
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(LocalError, match="start as another user"):
        system_user.ensure(ABSENT)


def test_a_program_without_execute_permission_cannot_be_run(tmp_path: Path) -> None:
    (tmp_path / "program").write_text("")
    (tmp_path / "program").chmod(0o600)
    assert not system_user.can_run(ME, tmp_path / "program")


def test_become_drops_root_and_all_its_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, object]] = []
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: calls.append((name, value)))
    system_user.become(ME)
    entry = pwd.getpwnam(ME)
    assert calls == [("setgroups", []), ("setgid", entry.pw_gid), ("setuid", entry.pw_uid)]
