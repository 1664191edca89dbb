"""Data and secrets over a restart, a rotation, and a backup."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.compose.docker import CommandFailedError, inspect
from tests.compose.installation import (
    ADMIN,
    PASSWORD,
    Installation,
    installation,
    write_passwords,
)
from tests.stacks import await_end

HASHED = 800
"""Passwords whose hashing takes half a minute. The file is deleted afterwards."""
WORKERS = ("beat", "celery", "celery-small", "celery-mail")
NAMES = ("django_secret_key", "jwt_secret_key", "db_password", "redis_password")


def count_of_users(of: Installation) -> int:
    program = "from users_uc.models import User; print(User.objects.count())"
    return int(of.inside("app", "python", "manage.py", "shell", "-v", "0", "-c", program))


def status_of(of: Installation, token: str) -> int:
    return of.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {token}"}).status_code


def test_down_and_up_keeps_everything(running: Installation, tmp_path: Path) -> None:
    running.import_people(tmp_path, 300, seed=300)
    users, secrets = count_of_users(running), [running.secret(name) for name in NAMES]
    with running.admin() as admin:
        token = admin.token
    running.compose("down")
    running.up()
    assert count_of_users(running) == users
    assert [running.secret(name) for name in NAMES] == secrets
    assert status_of(running, token) == 200
    with running.admin() as admin:
        assert admin.status("/api/v1/imports/")["results"]


@pytest.mark.parametrize(
    ("name", "revokes_tokens"),
    [("jwt_private_key", True), ("django_secret_key", False), ("redis_password", False)],
)
def test_a_secret_is_rotated(
    running: Installation, tmp_path: Path, name: str, *, revokes_tokens: bool
) -> None:
    with running.admin() as admin:
        token = admin.token
    before = running.secret(name)
    running.compose("run", "--rm", "secrets", "secrets", "--renew", name)
    running.compose("restart")
    running.up()
    assert running.secret(name) != before
    assert (status_of(running, token) == 401) is revokes_tokens
    running.import_people(tmp_path, 300, seed=301)


def test_the_database_password_is_rotated(running: Installation, tmp_path: Path) -> None:
    before = running.secret("db_password")
    running.compose("run", "--rm", "secrets", "secrets", "--renew", "db_password")
    alter = (
        "echo \"ALTER ROLE CURRENT_USER PASSWORD :'new'\" | "
        'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v new="$(cat /srv/secrets/db_password)"'
    )
    assert "ALTER ROLE" in running.inside("postgres", "sh", "-c", alter)
    running.compose("restart")
    running.up()
    assert running.secret("db_password") != before
    running.import_people(tmp_path, 300, seed=302)


def started_at(container: str) -> str:
    return str(inspect(container)["State"]["StartedAt"])


def back_up_twice(of: Installation, folder: Path, first: str, second: str) -> int:
    """Back up without a pause, then only new files, and return the number of uploads."""
    workers = [container for service in WORKERS for container in of.containers(service)]
    started = [started_at(container) for container in workers]
    assert f"backup: {folder / first}: " in of.script("backup.sh", folder / first)
    of.script("backup.sh", folder / second, folder / first)
    assert [started_at(container) for container in workers] == started, "a worker paused"
    copied = [*(folder / second / "media/imports").rglob("original.csv")]
    assert {path.stat().st_nlink for path in copied} == {2}, "files are copied again"
    return len(copied)


def test_a_backup_is_restored_as_another_installation(
    running: Installation, clone: Path, tmp_path: Path
) -> None:
    running.import_people(tmp_path, 700, seed=303)
    with running.admin() as admin:
        token = admin.token
        imports = admin.status("/api/v1/imports/")["results"]
        under_way = urlsplit(admin.upload(write_passwords(tmp_path / "slow.csv", HASHED))).path
    assert back_up_twice(running, tmp_path, "earlier", "backup") == len(imports) + 1
    shutil.rmtree(tmp_path / "earlier")
    unsent = "django.core.mail.backends.locmem.EmailBackend"
    with installation(clone, EMAIL_BACKEND=unsent, REQUIRE_VERIFIED_EMAIL="true") as other:
        assert "runs" in other.script("restore.sh", tmp_path / "backup")
        assert status_of(other, token) == 200
        with other.admin() as admin:
            document = await_end(admin, under_way, within=300)
            restored = admin.status("/api/v1/imports/")["results"]
        assert document["result"]["created"] == HASHED, document
        assert [job["task_id"] for job in restored[1:]] == [job["task_id"] for job in imports]
        failed_rows = f"/api/v1/imports/{imports[0]['task_id']}/rejected-rows.csv"
        headers = {"Authorization": f"Bearer {token}"}
        assert other.get(failed_rows, headers=headers).status_code == 200
        with running.admin() as admin:
            assert await_end(admin, under_way, within=300)["result"]["created"] == HASHED
        assert count_of_users(other) == count_of_users(running)
        assert other.import_people(tmp_path, 800, seed=304)["rows"] == 800
        with pytest.raises(CommandFailedError, match="has data: choose another"):
            other.script("restore.sh", tmp_path / "backup")


def test_a_backup_overwrites_nothing(running: Installation, tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="exists already"):
        running.script("backup.sh", tmp_path)
    with pytest.raises(CommandFailedError, match=r"database\.dump is missing"):
        running.script("restore.sh", tmp_path)


def test_a_second_installation_has_new_secrets_unless_they_are_given(
    running: Installation, clone: Path
) -> None:
    given = {"DB_PASSWORD": "p@ss: 'word\" $x", "DB_NAME": "people", "DB_USER": "ours",
             "JWT_SECRET_KEY": "a key of the operator's own, long enough",
             "EMAIL_HOST_PASSWORD": "the server's", "EMAIL_USE_TLS": "true",
             "CORS_ALLOWED_ORIGINS": "https://app.example.com"}  # fmt: skip
    with installation(clone, ADMIN_EMAIL=ADMIN, ADMIN_PASSWORD=PASSWORD, **given) as other:
        other.up()
        assert other.secret("db_password") == given["DB_PASSWORD"]
        assert other.secret("jwt_secret_key") == given["JWT_SECRET_KEY"]
        for name in NAMES:
            assert other.secret(name) != running.secret(name)
        assert other.inside("app", "printenv", "DB_NAME", "DB_USER").split() == ["people", "ours"]
        assert given["EMAIL_HOST_PASSWORD"] not in other.inside("app", "env")
        program = "from django.conf import settings; print(settings.EMAIL_HOST_PASSWORD)"
        shell = ("python", "manage.py", "shell", "-v", "0", "-c", program)
        assert other.inside("celery-mail", *shell).strip() == given["EMAIL_HOST_PASSWORD"]
        origin = given["CORS_ALLOWED_ORIGINS"]
        refused = other.get("/metrics", headers={"Origin": origin})
        assert refused.headers["Access-Control-Allow-Origin"] == origin
        with running.admin() as admin:
            assert status_of(other, admin.token) == 401
        with other.admin() as admin:
            assert status_of(other, admin.token) == 200


def test_a_too_short_secret_is_refused(clone: Path) -> None:
    with installation(clone, JWT_SECRET_KEY="short") as refused:
        with pytest.raises(CommandFailedError, match='"secrets" didn\'t complete successfully'):
            refused.up()
        output = refused.compose("logs", "secrets")
        assert "JWT_SECRET_KEY must have at least 32 bytes." in output
