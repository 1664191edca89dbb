"""The files, secrets and environment of a data directory."""

import json
import os
from pathlib import Path

import pytest

from local.files import tail, write_private
from local.site import Site, inherited_env, load_secrets


def test_a_private_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    (tmp_path / f".file.{os.getpid()}").write_text("of a process that was killed")
    write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_tail_returns_the_last_lines_or_an_empty_string(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo\nth\xffree\n")
    assert tail(tmp_path / "log", lines=2) == "two\nth\ufffdree"
    assert tail(tmp_path / "absent") == ""


def test_secrets_are_generated_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    generated = load_secrets(path)
    assert load_secrets(path) == generated
    assert load_secrets(tmp_path / "others.json") != generated
    assert path.stat().st_mode & 0o777 == 0o600
    values = json.loads(path.read_text())
    assert "-----BEGIN PRIVATE KEY-----" in values.pop("jwt_private_key")
    assert len(set(values.values())) == len(values) == 5
    assert {len(value) for value in values.values()} == {64}


def test_variables_that_would_redirect_a_process_are_not_inherited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    redirecting = {
        "DB_PASSWORD_FILE": "f",
        "DB_HOST": "far",
        "PGHOST": "far",
        "ADMIN_PASSWORD": "p",
    }
    for name, value in {**redirecting, "TIMEZONE": "kept"}.items():
        monkeypatch.setenv(name, value)
    site = Site(
        data=tmp_path, secrets=load_secrets(tmp_path / "secrets.json"),
        web_port=1, postgres_port=2, valkey_port=3, metrics_ports={}, extra_env={"DEBUG": "true"},
    )  # fmt: skip
    env = site.env()
    assert not {"DB_PASSWORD_FILE", "PGHOST", "ADMIN_PASSWORD"} & env.keys()
    assert (env["DB_HOST"], env["DEBUG"], env["TIMEZONE"]) == ("127.0.0.1", "true", "kept")
    assert inherited_env(of={"PATH": "/bin", "LOCAL_STACK": "x"}) == {"PATH": "/bin"}


def test_a_secret_that_an_earlier_version_did_not_have_is_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    generated = load_secrets(path)
    earlier = json.loads(path.read_text())
    del earlier["store_key"], earlier["jwt_private_key"]
    path.write_text(json.dumps(earlier))
    completed = load_secrets(path)
    assert completed.db_password == generated.db_password
    assert completed.store_key not in {"", generated.store_key}
    assert completed.jwt_private_key == ""  # the tokens of the earlier version stay valid
    assert load_secrets(path) == completed
