"""Variables, types and defaults in docs/configuration.md, compared with the code."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import env
from deploy.make_secrets import SECRETS
from local.site import ROOT, Secrets, Site
from tests.documents import codes, tables
from tests.variables import NONE, REQUIRED, TYPES, Variable, variables_read

DOCUMENT = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
VARIABLES = ("variable", "type", "default", "meaning")
SERVICE, COMPOSE, INTERNAL = "Variables of the service", "Docker Compose", "Internal variables"
COMPOSE_FILES = [ROOT / "docker-compose.yml", *sorted((ROOT / "deploy").glob("*.yml"))]
_INTERPOLATED = re.compile(r"(?<!\$)\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")

Documented = dict[str, Variable]


def documented(section: str, text: str = DOCUMENT) -> Documented:
    """Return the variables of a section by name. All code in the meaning counts as a choice."""
    found: Documented = {}
    for table in tables(text):
        if table.section == section and table.columns == VARIABLES:
            for name, kind, default, meaning in table.rows:
                (key,) = codes(name)
                assert key not in found, f"{key} is documented twice"
                found[key] = Variable(kind, default, frozenset(codes(meaning)))
    return found


def rows_of_table(*columns: str) -> list[list[str]]:
    """Return the rows of the only table with these columns."""
    (table,) = [table for table in tables(DOCUMENT) if table.columns == columns]
    return [list(row) for row in table.rows]


def differences(rows: Documented, read: Documented) -> Iterator[str]:
    """Yield a message for each difference between a section and the code."""
    for name in sorted(read.keys() - rows.keys()):
        yield f"{name} is read and not documented"
    for name in sorted(rows.keys() - read.keys()):
        yield f"{name} is documented and not read"
    for name in sorted(rows.keys() & read.keys()):
        row, code = rows[name], read[name]
        if row.default != code.default:
            yield f"{name}: the default is {code.default}, not {row.default}"
        if code.is_typed and row.type != code.type:
            yield f"{name}: the type is {code.type}, not {row.type}"
        if missing := sorted(code.choices - row.choices):
            yield f"{name}: the meaning does not name {missing}"


def internal_of(read: Documented) -> Documented:
    """Return the documented internal variables that the code reads."""
    return {name: row for name, row in documented(INTERNAL).items() if name in read}


def interpolated() -> dict[str, set[str]]:
    """Return the variables of the Compose files with their non-empty defaults."""
    found: dict[str, set[str]] = {}
    for path in COMPOSE_FILES:
        text = re.sub(r"^\s*#.*$", "", path.read_text(), flags=re.MULTILINE)
        for name, default in _INTERPOLATED.findall(text):
            found.setdefault(name, set()).update({default} - {""})
    return found


@pytest.mark.parametrize(
    ("section", "folder"),
    [(SERVICE, "app"), ("run_local.sh", "local"), ("run_performance_test.sh", "loadtest")],
)
def test_a_section_has_the_variables_that_its_code_reads(section: str, folder: str) -> None:
    read = variables_read(folder)
    assert list(differences(documented(section) | internal_of(read), read)) == []


def test_the_programs_in_deploy_read_only_documented_variables() -> None:
    read, service = variables_read("deploy"), documented(SERVICE)
    own = {name: variable for name, variable in read.items() if name not in service}
    compose = {name: row for name, row in documented(COMPOSE).items() if name in own}
    assert list(differences(compose, own)) == []


def test_every_internal_variable_is_read() -> None:
    read = variables_read("app") | variables_read("local")
    assert not documented(INTERNAL).keys() - read.keys()


def test_every_type_of_core_env_is_explained() -> None:
    read = {
        name for name, value in inspect.getmembers(env, inspect.isfunction)
        if value.__module__ == env.__name__ and not name.startswith("_")
    }  # fmt: skip
    assert read == TYPES.keys()
    explained = {kind for kind, _ in rows_of_table("type", "form")}
    assert {kind.partition(",")[0] for kind in TYPES.values()} == explained


def test_compose_variables_are_documented_with_their_defaults() -> None:
    service, compose = documented(SERVICE), documented(COMPOSE)
    own = {}
    for name, defaults in interpolated().items():
        assert len(defaults) <= 1, f"{name} has several defaults: {defaults}"
        default = f"`{defaults.pop()}`" if defaults else NONE
        if name in service and default in {NONE, service[name].default}:
            continue
        own[name] = Variable("text", default, is_typed=False)
    rows = {name: row for name, row in compose.items() if name not in variables_read("deploy")}
    assert list(differences(rows, own)) == []


def test_compose_passes_all_variables_that_it_does_not_set() -> None:
    fixed = {}
    for name, value, file in rows_of_table("variable", "value", "set in"):
        (fixed_name,) = codes(name)
        fixed[fixed_name] = (codes(value), ROOT / codes(file)[0])
    passed = documented(SERVICE).keys() & interpolated().keys()
    assert fixed.keys() | passed | {"IMPORTER_PASSWORD"} == documented(SERVICE).keys()
    assert not fixed.keys() & passed
    for name, (values, path) in fixed.items():
        text = path.read_text()
        assert name in text
        assert all(value in text for value in values), name


def test_the_services_of_compose_are_documented() -> None:
    services = (
        COMPOSE_FILES[0].read_text().partition("\nservices:\n")[2].partition("\nnetworks:")[0]
    )
    named = re.findall(r"^  ([a-z-]+):$", services, re.MULTILINE)
    assert sorted(
        code for row in rows_of_table("service", "purpose") for code in codes(row[0])
    ) == (sorted(named))


def test_the_secrets_of_an_installation_are_documented() -> None:
    rows = {
        codes(file)[0]: row for file, *row in rows_of_table("file", "variable", "without a value")
    }
    derived = rows.pop("redis_url")
    assert derived == ["`REDIS_URL`", "the bundled Redis"]
    assert rows == {
        file: [
            f"`{secret.variable}`" if secret.variable else "",
            "random, made once" if secret.is_ours else "empty",
        ]
        for file, secret in SECRETS.items()
    }


def test_run_local_sets_the_documented_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = documented(SERVICE).keys() - {"ADMIN_EMAIL", "ADMIN_PASSWORD", "IMPORTER_PASSWORD"}
    for name in names:
        monkeypatch.setenv(name, "given")
    ports = {"web_port": 1, "postgres_port": 2, "valkey_port": 3, "metrics_ports": {}}
    site = Site(data=tmp_path, secrets=Secrets("a", "b", "c", "d", "e"), **ports)  # type: ignore[arg-type]
    kept = {name for name, value in site.env().items() if value == "given"}
    (paragraph,) = re.findall(
        r"^The script sets the following.*\n((?:`.*\n)+)", DOCUMENT, re.MULTILINE
    )
    assert names - kept == set(codes(paragraph))

    for name in names:
        monkeypatch.delenv(name)
    environment = site.env()
    values = {codes(name)[0]: value for name, value in rows_of_table("variable", "default here")}
    assert values.pop("ACCOUNT_PAGE_URL") == f"`{environment['ACCOUNT_PAGE_URL']}`".replace(
        ":1/", ":PORT/"
    )
    assert values.pop("EMAIL_FILE_PATH") == "`mails` in the data folder"
    assert environment["EMAIL_FILE_PATH"] == str(tmp_path / "mails")
    assert not values


def commands() -> Iterator[tuple[str, set[str]]]:
    """Yield the management commands of the apps with their arguments."""
    for path in (ROOT / "app").glob("*/management/commands/[!_]*.py"):
        calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
        added = [n.args[0] for n in calls if ast.unparse(n.func).endswith(".add_argument")]
        yield path.stem, {str(name.value) for name in added if isinstance(name, ast.Constant)}


def test_the_management_commands_are_documented() -> None:
    rows = rows_of_table("command", "options", "variables", "effect")
    assert {codes(row[0])[0]: set(codes(row[1])) for row in rows} == dict(commands())
    assert {name for row in rows for name in codes(row[2])} <= documented(SERVICE).keys()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows.pop("DB_HOST"), "DB_HOST is read and not documented"),
        (lambda rows: rows.update(OLD=rows["DB_HOST"]), "OLD is documented and not read"),
        (
            lambda rows: rows.update(DB_PORT=replace(rows["DB_PORT"], default="`5433`")),
            "DB_PORT: the default is `5432`, not `5433`",
        ),
        (
            lambda rows: rows.update(MEDIA_ROOT=replace(rows["MEDIA_ROOT"], default=REQUIRED)),
            "MEDIA_ROOT: the default is `app/media`, not required",
        ),
        (
            lambda rows: rows.update(DEBUG=replace(rows["DEBUG"], type="text")),
            "DEBUG: the type is boolean, not text",
        ),
        (
            lambda rows: rows.update(LOG_FORMAT=replace(rows["LOG_FORMAT"], choices=frozenset())),
            "LOG_FORMAT: the meaning does not name ['json', 'text']",
        ),
    ],
)
def test_a_difference_is_found(change: Callable[[Documented], object], expected: str) -> None:
    read = variables_read("app")
    rows = documented(SERVICE) | internal_of(read)
    change(rows)
    assert list(differences(rows, read)) == [expected]
