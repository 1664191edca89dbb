"""The column email_verified: only superusers may import it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.intake.incoming import IncomingFile
from tasks.models import ImportJob, ImportRowError
from tests.api.answers import assert_error
from tests.conftest import PASSWORD
from tests.imports import outcome, run
from users_uc.models import User

UPLOAD, INSPECT = "/api/v1/imports/", "/api/v1/imports/inspect/"
FILE = (
    f"email,password,email_verified\nA@X.com,{PASSWORD},true\nb@x.com,{PASSWORD},Não\n"
    f"c@x.com,{PASSWORD},\nd@x.com,{PASSWORD},maybe\ncharlie@example.com,,yes\n"
)
COLUMNS = '{"Geprüft": "email_verified"}'

type Imported = Callable[..., ImportJob]


def send(client: APIClient, url: str, content: str, **options: str) -> Any:
    file = SimpleUploadedFile("people.csv", content.encode())
    return client.post(url, {"file": file, **options}, format="multipart")


def verified() -> list[str]:
    """Return the confirmed e-mail addresses."""
    users = User.objects.exclude(verified_email="").exclude(email="alice@example.com")
    return list(users.order_by("email").values_list("verified_email", flat=True))


@pytest.mark.parametrize("mode", ["create", "upsert"])
def test_a_superuser_imports_confirmed_addresses_of_new_users(
    as_alice: APIClient, charlie: User, imported: Imported, mode: str, settings: Settings
) -> None:
    job = imported(as_alice, FILE, mode=mode)
    kept = "skipped" if mode == "create" else "unchanged"
    assert outcome(job) == {"rows": 5, "created": 3, "failed": 1, kept: 1}
    error = ImportRowError.objects.get()
    assert (error.column, error.code) == ("email_verified", "invalid_boolean")
    assert verified() == ["a@x.com"]
    settings.REQUIRE_VERIFIED_EMAIL = True
    logins = [{"email": email, "password": PASSWORD} for email in ("a@x.com", "b@x.com")]
    statuses = [APIClient().post("/api/v1/auth/login/", login).status_code for login in logins]
    assert statuses == [200, 401]


def test_the_column_of_others_is_ignored_with_a_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, FILE)
    assert outcome(job) == {"rows": 5, "created": 5}
    assert job.ignored_columns == ["email_verified"]
    assert verified() == []
    warnings = as_bob.get(f"/api/v1/imports/{job.id}/").json()["warnings"]
    (warning,) = [one for one in warnings if one["code"] == "email_verified_ignored"]
    assert "email_verified" in warning["message"]


@pytest.mark.parametrize("second", ["Email confirmed", "email_verified"])
def test_several_such_columns_do_not_stop_others(
    as_bob: APIClient, imported: Imported, second: str
) -> None:
    job = imported(as_bob, f"email,Email verified,{second}\na@x.com,1,x\n")
    assert outcome(job) == {"rows": 1, "created": 1}


def test_a_column_that_others_ignore_themselves_is_no_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, "email,emailVerified\na@x.com,1\n", columns='{"EmailVerified": null}')
    assert as_bob.get(f"/api/v1/imports/{job.id}/").json()["warnings"] == []


@pytest.mark.parametrize("url", [UPLOAD, INSPECT])
def test_only_superusers_may_name_the_field_in_the_option(
    as_bob: APIClient, as_alice: APIClient, url: str
) -> None:
    content = "email,Geprüft\na@x.com,ja\n"
    assert_error(send(as_bob, url, content, columns=COLUMNS), 403, "permission_denied")
    assert not ImportJob.objects.exists()
    answer = send(as_alice, url, content, columns=COLUMNS)
    assert answer.status_code in (200, 202)
    for job in ImportJob.objects.all():
        run(job)
        assert verified() == ["a@x.com"]


def test_the_inspection_warns_too(as_bob: APIClient, as_alice: APIClient) -> None:
    document = send(as_bob, INSPECT, "email,E-mail verificado\na@x.com,sim\n").json()
    assert [warning["code"] for warning in document["warnings"]] == ["email_verified_ignored"]
    assert document["mapping"] == {"email": "email"}
    assert document["ignored_columns"] == ["E-mail verificado"]
    document = send(as_alice, INSPECT, "email,E-mail verificado\na@x.com,sim\n").json()
    assert document["warnings"] == []
    assert document["mapping"]["E-mail verificado"] == "email_verified"


@pytest.mark.parametrize("columns", ["{}", COLUMNS])
def test_a_superuser_who_loses_the_right_meanwhile_confirms_nothing(
    as_alice: APIClient, alice: User, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    keep = IncomingFile.keep

    def demote(file: IncomingFile) -> str:
        User.objects.filter(pk=alice.pk).update(is_superuser=False)
        alice.set_can_import(allowed=True)
        return keep(file)

    monkeypatch.setattr(IncomingFile, "keep", demote)
    content = f"email,{'email_verified' if columns == '{}' else 'Geprüft'}\na@x.com,ja\n"
    answer = send(as_alice, UPLOAD, content, columns=columns)
    if columns == "{}":
        run(ImportJob.objects.get())
        assert User.objects.filter(email="a@x.com").exists()
    else:
        assert_error(answer, 403, "permission_denied")
    assert verified() == []


@pytest.mark.parametrize(
    "header",
    [
        "email_verified", "emailVerified", "EmailConfirmed", "E-mail verificado",
        "Correo verificado", "E-Mail bestätigt", "Adresse e-mail vérifiée", "Email verificata",
        "E-mail zweryfikowany", "E-mail geverifieerd",
    ],
)  # fmt: skip
def test_the_header_is_known_in_each_language(
    as_alice: APIClient, imported: Imported, header: str
) -> None:
    imported(as_alice, f"email,{header}\na@x.com,ja\n")
    assert verified() == ["a@x.com"]
