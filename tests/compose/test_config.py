"""The Compose files as Compose reads them. These tests need no engine."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.site import ROOT
from tests.compose.docker import run

WORKERS = ("celery", "celery-small", "celery-mail")
_READERS = {
    ("app", *WORKERS, "beat"): """
        ACCOUNTS_TAG* DB_HOST DB_PORT DB_POOLER DB_DIRECT_HOST DB_DIRECT_PORT DB_NAME* DB_USER*
        LOG_FORMAT LOG_LEVEL OTEL_EXPORTER_JAEGER_ENDPOINT OTEL_TRACES_SAMPLER_ARG""",
    ("app", *WORKERS): """
        STORAGE_URL STORAGE_ACCESS_KEY MAX_UPLOAD_SIZE* IMPORT_SMALL_FILE_SIZE
        IMPORT_QUEUED_PER_USER IMPORT_RETENTION_DAYS RECOVER_AFTER_SECONDS
        VISIBILITY_TIMEOUT_SECONDS EMAIL_HOST EMAIL_BACKEND EMAIL_FILE_PATH""",
    ("app", "celery-mail"): """
        EMAIL_PORT EMAIL_HOST_USER EMAIL_USE_TLS EMAIL_USE_SSL DEFAULT_FROM_EMAIL ACCOUNT_PAGE_URL
        CONSOLE_URL CONSOLE_ENABLED SITE_NAME WEBHOOK_ALLOWED_NETWORKS""",
    ("app",): """
        ADMIN_EMAIL ADMIN_PASSWORD ALLOWED_HOSTS HTTPS_ONLY TRUSTED_PROXIES CORS_ALLOWED_ORIGINS*
        DEBUG CONSOLE_IDLE_MINUTES ACCOUNT_DONE_URL REGISTRATION_OPEN REQUIRE_VERIFIED_EMAIL
        USER_SEARCH_INDEX THROTTLE_LOGIN THROTTLE_REGISTER THROTTLE_RESET THROTTLE_UPLOAD
        THROTTLE_CANCEL THROTTLE_API_KEY IMPORT_MAX_WAITING FIREBASE_SCRYPT_SALT_SEPARATOR
        FIREBASE_SCRYPT_ROUNDS FIREBASE_SCRYPT_MEM_COST WEB_WORKERS WEB_THREADS JWT_ALGORITHM*
        JWT_PREVIOUS_PUBLIC_KEYS JWT_ISSUER""",
    WORKERS: """
        IMPORT_CHUNK_ROWS IMPORT_MAX_ATTEMPTS IMPORT_MAX_ROW_ERRORS LOADER_STALL_SECONDS""",
    ("celery",): "IMPORT_PROCESSES IMPORT_MEMORY",
    ("celery-mail",): "INVITATIONS_PER_MINUTE",
    ("beat",): "RECOVER_EVERY_SECONDS",
    ("nginx",): "HTTP_PORT",
    ("secrets",): """
        DJANGO_SECRET_KEY JWT_PRIVATE_KEY JWT_SECRET_KEY DB_PASSWORD REDIS_URL GRAFANA_PASSWORD
        JWT_PREVIOUS_SECRET_KEYS DJANGO_PREVIOUS_SECRET_KEYS EMAIL_HOST_PASSWORD
        FIREBASE_SCRYPT_SIGNER_KEY STORAGE_SECRET_KEY""",
}
"""The variables by the services that read them."""
_OTHERS = {
    "ACCOUNTS_TAG": {"nginx", "secrets"},
    "DB_NAME": {"postgres"},
    "DB_USER": {"postgres"},
    "MAX_UPLOAD_SIZE": {"nginx"},
    "CORS_ALLOWED_ORIGINS": {"nginx"},
    "JWT_ALGORITHM": {"secrets"},
}
"""The further services of the variables with an asterisk."""
READERS = {
    name.rstrip("*"): {*services, *_OTHERS.get(name.rstrip("*"), ())}
    for services, names in _READERS.items()
    for name in names.split()
}


def config(*arguments: str, env: Mapping[str, str], folder: Path = ROOT) -> str:
    """Return the output of `docker compose config` without a file .env."""
    argv = ["docker", "compose", "--env-file", "/dev/null", "config", *arguments]
    return run(argv, cwd=folder, env=env).stdout


def hashes(**env: str) -> dict[str, str]:
    """Return the hash of each service. `up` replaces containers with another hash."""
    words = config("--hash", "*", env=env).split()
    return dict(zip(words[::2], words[1::2], strict=True))


@pytest.fixture(scope="module")
def unchanged() -> dict[str, str]:
    return hashes()


@pytest.mark.parametrize("variable", READERS)
def test_a_variable_replaces_only_the_containers_that_read_it(
    unchanged: dict[str, str], variable: str
) -> None:
    changed = hashes(**{variable: "8"})
    assert {name for name in changed if changed[name] != unchanged[name]} == READERS[variable]


def after_the_commands(document: str, part: str, folder: Path) -> Any:
    """Follow the document in a copy, in which Docker does nothing, and return the configuration."""
    blocks = re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / document).read_text(), re.DOTALL)
    (block,) = [block for block in blocks if part in block]
    shutil.copy(ROOT / "docker-compose.yml", folder)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    run(["sh", "-ec", f"docker() {{ :; }}\n{block}"], cwd=folder)
    later = run(["docker", "compose", "config", "--format", "json"], cwd=folder)  # in a new shell
    return json.loads(later.stdout)["services"]


def test_commands_after_those_of_the_runbook_keep_tls(tmp_path: Path) -> None:
    services = after_the_commands("runbook.md", "deploy/tls.yml", tmp_path)
    assert services["tls"]["volumes"][1]["source"] == "/etc/accounts-tls"
    assert [port["host_ip"] for port in services["nginx"]["ports"]] == ["127.0.0.1"]
    environment = services["app"]["environment"]
    assert (environment["HTTPS_ONLY"], environment["TRUSTED_PROXIES"]) == ("true", "2")


def test_commands_after_those_of_the_document_keep_the_store(tmp_path: Path) -> None:
    services = after_the_commands("scaling.md", "deploy/s3.yml", tmp_path)
    for service in ("app", *WORKERS):
        assert services[service]["environment"]["STORAGE_URL"].startswith("s3://accounts/")
    assert "store" in services


def test_each_variable_of_these_services_has_its_readers() -> None:
    text = re.sub(r"^\s*#.*$", "", (ROOT / "docker-compose.yml").read_text(), flags=re.MULTILINE)
    of_profiles = {"PROMETHEUS_PORT", "GRAFANA_PORT", "JAEGER_PORT", "BUILD_REVISION"}
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == READERS.keys() | of_profiles


def test_a_renamed_folder_keeps_the_name_and_the_volumes(tmp_path: Path) -> None:
    """`installation.py` sets COMPOSE_PROJECT_NAME. An operator does not."""
    for name in ("accounts-old", "renamed"):
        (tmp_path / name).mkdir()
        shutil.copy(ROOT / "docker-compose.yml", tmp_path / name)
        found = json.loads(config("--format", "json", env={}, folder=tmp_path / name))
        assert found["name"] == "accounts"
        names = {volume: each["name"] for volume, each in found["volumes"].items()}
        assert names == {volume: f"accounts_{volume}" for volume in names}
        assert {"postgres", "media", "secrets"} < names.keys()
