"""The databases of each role, with and without a pooler."""

import runpy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from local.site import ROOT

MODULE = ROOT / "app" / "core" / "database_settings.py"
POOLER = {
    "DB_POOLER": "transaction",
    "DB_HOST": "pooler",
    "DB_PORT": "6432",
    "DB_DIRECT_HOST": "one,two",
    "DB_DIRECT_PORT": "5433",
}


def read(monkeypatch: pytest.MonkeyPatch, **env: str) -> dict[str, dict[str, Any]]:
    """Return the databases with these variables."""
    for name in (*POOLER, "PROCESS_ROLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    databases: dict[str, dict[str, Any]] = runpy.run_path(str(MODULE))["DATABASES"]
    return databases


def address(database: dict[str, Any]) -> tuple[str, int]:
    return database["HOST"], database["PORT"]


@pytest.mark.parametrize("role", ["web", "worker", "beat", "manage"])
def test_without_a_pooler_each_connection_has_its_time_limits(
    monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    databases = read(monkeypatch, PROCESS_ROLE=role, DB_HOST="db", DB_DIRECT_HOST="other")
    assert databases.keys() == {"default"}
    assert address(databases["default"]) == ("db", 5432)
    options = databases["default"]["OPTIONS"]["options"]
    limit = {"web": "30s", "worker": "600s"}.get(role, "0")
    assert f"-c statement_timeout={limit} " in options


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_a_pooler_gets_no_parameters_of_a_connection(
    monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    database = read(monkeypatch, PROCESS_ROLE=role, **POOLER)["default"]
    assert address(database) == ("pooler", 6432)
    assert "options" not in database["OPTIONS"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"]
    limits = database["TRANSACTION_PARAMETERS"]
    assert (limits.get("statement_timeout") == "600s") == (role == "worker")


@pytest.mark.parametrize(("role", "name"), [("worker", "direct"), ("manage", "default")])
def test_locks_and_migrations_are_past_the_pooler(
    monkeypatch: pytest.MonkeyPatch, role: str, name: str
) -> None:
    database = read(monkeypatch, PROCESS_ROLE=role, **POOLER)[name]
    assert address(database) == ("one,two", 5433)
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"
    assert "-c lock_timeout=" in database["OPTIONS"]["options"]


def test_a_pooler_needs_the_host_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="needs DB_DIRECT_HOST"):
        read(monkeypatch, DB_POOLER="transaction", DB_HOST="pooler")
