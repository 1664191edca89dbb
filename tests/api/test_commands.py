"""The commands `ensure_superuser` and `ensure_importer`, and missing migrations."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tests.api.answers import assert_error
from tests.conftest import PASSWORD, client_of
from users_uc.models import User

NEW = "another good password"
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """Run the command and return its output."""
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().strip()


class TestEnsureSuperuser:
    """`ensure_superuser`, which reads ADMIN_EMAIL and ADMIN_PASSWORD."""

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ADMIN_EMAIL", "Root@example.com")
        monkeypatch.setenv("ADMIN_PASSWORD", PASSWORD)

    def test_creates_a_superuser(self) -> None:
        assert run("ensure_superuser") == "created"
        user = User.objects.get(email="root@example.com")
        assert (user.is_staff, user.is_superuser) == (True, True)
        assert user.check_password(PASSWORD)

    def test_keeps_the_password_of_an_existing_superuser(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("ensure_superuser")
        monkeypatch.setenv("ADMIN_EMAIL", "ROOT@EXAMPLE.COM")
        monkeypatch.setenv("ADMIN_PASSWORD", NEW)
        assert run("ensure_superuser") == "exists"
        assert User.objects.get().check_password(PASSWORD)

    def test_does_not_promote_an_existing_user(
        self, monkeypatch: pytest.MonkeyPatch, charlie: User
    ) -> None:
        monkeypatch.setenv("ADMIN_EMAIL", charlie.email)
        assert run("ensure_superuser") == "exists"
        charlie.refresh_from_db()
        assert not charlie.is_superuser

    def test_reads_the_password_from_a_file(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "password"
        file.write_text(f"{NEW}\n")
        monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(file))
        run("ensure_superuser")
        assert User.objects.get().check_password(NEW)

    @pytest.mark.parametrize("name", ["ADMIN_EMAIL", "ADMIN_PASSWORD"])
    def test_names_the_missing_variable(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.delenv(name)
        with pytest.raises(ImproperlyConfigured, match=f"{name}\\.$"):
            run("ensure_superuser")

    def test_rejects_an_invalid_email(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ADMIN_EMAIL", "root")
        with pytest.raises(CommandError, match="not an e-mail address: root"):
            run("ensure_superuser")


class TestEnsureImporter:
    """`ensure_importer EMAIL`, which reads IMPORTER_PASSWORD."""

    @pytest.fixture(autouse=True)
    def _environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IMPORTER_PASSWORD", NEW)

    def test_creates_staff_who_may_import(self) -> None:
        run("ensure_importer", "Dan@example.com")
        user = User.objects.get(email="dan@example.com")
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert user.has_verified_email()
        assert user.check_password(NEW)
        body = {"file": SimpleUploadedFile("a.csv", b"email\n")}
        answer = client_of(user).post("/api/v1/imports/", body, format="multipart")
        assert answer.status_code == 202

    def test_changes_an_existing_user_and_revokes_their_tokens(self, charlie: User) -> None:
        older = client_of(charlie)
        run("ensure_importer", charlie.email)
        charlie.refresh_from_db()
        assert charlie.is_staff
        assert charlie.has_perm("tasks.add_importjob")
        assert charlie.check_password(NEW)
        assert_error(older.get("/api/v1/users/me/"), 401, "token_not_valid")

    def test_rejects_an_invalid_email(self) -> None:
        with pytest.raises(CommandError, match="not an e-mail address: dan"):
            run("ensure_importer", "dan")


def test_the_migrations_match_the_models() -> None:
    assert run("makemigrations", "--check", "--dry-run") == "No changes detected"
