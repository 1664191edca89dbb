"""Imports with mode=upsert."""

from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings
from rest_framework.exceptions import AuthenticationFailed

from tasks.models import ImportJob
from tasks.options import Options
from tasks.writing.record_list import decompress
from tests.imports import imported, outcome
from users_uc.mail import outbox
from users_uc.models import Mail, RefreshFamily, User
from users_uc.tokens.families import issue_pair, renew_pair

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")


def upserted(content: str) -> ImportJob:
    return imported(content, options=UPSERT)


def user_values(email: str) -> tuple[Any, ...]:
    fields = ("name", "phone", "is_active", "password", "import_id", "token_version")
    found: tuple[Any, ...] = User.objects.values_list(*fields).get(email=email)
    return found


def rows_on_disk() -> list[Any]:
    """Return the row versions and positions of all users; a lock shows as xmax."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, xmin, xmax, ctid FROM users_uc_user ORDER BY email")
        return list(cursor.fetchall())


def test_new_users_are_created_and_existing_ones_get_the_values_of_the_cells() -> None:
    first = imported("email,name,phone,is_active\na@x.com,Ann,1,yes\nb@x.com,Ben,2,no\n")
    job = upserted("email,name,phone,is_active\nc@x.com,Cem,3,\nb@x.com,Benno,,\nA@x.com,,9,no\n")
    assert outcome(job) == {"rows": 3, "created": 1, "updated": 2}
    assert user_values("a@x.com") == ("Ann", "9", False, "!", first.id, 1)
    assert user_values("b@x.com") == ("Benno", "2", False, "!", first.id, 0)
    assert user_values("c@x.com") == ("Cem", "3", True, "!", job.id, 0)


def test_a_user_deactivated_by_an_upsert_has_no_valid_login_when_reactivated(
    mail_is_configured: None,
) -> None:
    imported("email,is_active\na@x.com,\nb@x.com,no\nc@x.com,\n")
    ann, ben, cem = User.objects.order_by("email")
    pairs = [issue_pair(user) for user in (ann, ben, cem)]
    for user in (ann, ben, cem):
        outbox.add(Mail.Kind.EMAIL_CHANGE, user=user, address="new@x.org")
    upserted("email,name,is_active\na@x.com,Ann,no\nb@x.com,Ben,no\nc@x.com,Cem,yes\n")
    assert [user_values(user.email)[-1] for user in (ann, ben, cem)] == [1, 0, 0]
    assert set(RefreshFamily.objects.values_list("user", flat=True)) == {cem.pk}
    assert Mail.objects.get(given_up_at=None).user == cem
    upserted("email,is_active\na@x.com,yes\nb@x.com,yes\n")
    assert [user_values(user.email)[-1] for user in (ann, ben, cem)] == [1, 0, 0]
    with pytest.raises(AuthenticationFailed):
        renew_pair(pairs[0]["refresh"], "")
    assert renew_pair(pairs[2]["refresh"], "")


def test_an_own_deactivation_is_kept() -> None:
    imported("email,name\na@x.com,Ann\nb@x.com,Ben\nc@x.com,Cem\n")
    for user in User.objects.exclude(email="c@x.com"):
        user.deactivate()
    before = rows_on_disk()
    job = upserted("email,name,is_active\nc@x.com,C,yes\na@x.com,A,yes\nb@x.com,Ben,\n")
    assert outcome(job) == {"rows": 3, "updated": 1, "unchanged": 1, "skipped": 1}
    assert rows_on_disk()[:2] == before[:2]
    chunk = job.chunks.get()
    assert decompress(bytes(chunk.skipped_records)) == [2]
    assert decompress(bytes(chunk.stays_inactive_records)) == [2]
    assert (chunk.stays_inactive, job.stays_inactive) == (1, 1)
    upserted("email,name,is_active\na@x.com,A,no\nb@x.com,B,\n")
    inactive = User.objects.filter(deactivated_by_user=True, is_active=False)
    assert list(inactive.values_list("name", flat=True).order_by("email")) == ["A", "B"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_user_whom_a_superuser_has_reactivated_is_changed_again(*, dry_run: bool) -> None:
    imported("email,is_active\na@x.com,\nb@x.com,no\n")
    ann, ben = User.objects.order_by("email")
    ann.deactivate()
    options = Options(mode="upsert", dry_run=dry_run)
    content = "email,name,is_active\na@x.com,Ann,yes\nb@x.com,Ben,yes\n"
    assert outcome(imported(content, options=options)) == {"rows": 2, "updated": 1, "skipped": 1}
    ann.is_active = True
    ann.save(update_fields=["is_active"])
    User.objects.filter(pk=ben.pk).update(name="", is_active=False)
    assert outcome(imported(content, options=options)) == {"rows": 2, "updated": 2}


def test_columns_missing_from_the_file_are_unchanged() -> None:
    imported("email,name,phone\na@x.com,Ann,1\n")
    assert outcome(upserted("email,phone\na@x.com,2\n")) == {"rows": 1, "updated": 1}
    assert user_values("a@x.com")[:3] == ("Ann", "2", True)


def test_unchanged_users_are_neither_written_nor_locked() -> None:
    """Fails if all existing users go through ON CONFLICT: its lock shows as xmax."""
    content = "email,name,phone,is_active\n" + "".join(f"p{n}@x.com,P,{n},\n" for n in range(300))
    imported(content)
    before = rows_on_disk()
    again = upserted(content + "p7@x.com,Other,,\n" + "new@x.com,N,,\n")
    assert outcome(again) == {"rows": 302, "created": 1, "unchanged": 300, "failed": 1}
    assert [row for row in rows_on_disk() if row[0] != "new@x.com"] == before
    assert decompress(bytes(again.chunks.get().unchanged_records)) == list(range(1, 301))


@pytest.mark.parametrize("cells", [",,", "Ann,1,no", "Ann,,", ",,n"])
def test_empty_cells_change_nothing(cells: str) -> None:
    imported("email,name,phone,is_active\na@x.com,Ann,1,no\n")
    before = rows_on_disk()
    job = upserted(f"email,name,phone,is_active\na@x.com,{cells}\nb@x.com,,,\n")
    assert outcome(job) == {"rows": 2, "created": 1, "unchanged": 1}
    assert rows_on_disk()[:1] == before
    assert user_values("b@x.com")[:3] == ("", "", True)


def test_a_file_of_only_addresses_changes_no_existing_user(alice: User) -> None:
    imported("email\nb@x.com\n")
    job = upserted("email\na@x.com\nb@x.com\nalice@example.com\n")
    assert outcome(job) == {"rows": 3, "created": 1, "unchanged": 1, "skipped": 1}


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_staff_and_superusers_are_not_changed(right: str) -> None:
    boss = User.objects.create_user("boss@x.com", name="Boss")
    User.objects.filter(id=boss.id).update(**{right: True})
    before = rows_on_disk()
    job = upserted("email,name,is_active\na@x.com,A,\nboss@x.com,Hacked,no\nb@x.com,B,\n")
    assert outcome(job) == {"rows": 3, "created": 2, "skipped": 1}
    assert rows_on_disk()[2:] == before
    assert decompress(bytes(job.chunks.get().skipped_records)) == [2]


def test_importing_several_chunks_again_changes_no_user(settings: Settings) -> None:
    settings.IMPORT_CHUNK_ROWS = 7
    content = "email,name\n" + "".join(f"p{n}@x.com,P{n}\n" for n in range(50))
    assert outcome(upserted(content)) == {"rows": 50, "created": 50}
    assert outcome(upserted(content)) == {"rows": 50, "unchanged": 50}
    renamed = content.replace("P4", "Q4")
    assert outcome(upserted(renamed)) == {"rows": 50, "updated": 11, "unchanged": 39}


def test_a_privilege_column_in_the_file_is_ignored() -> None:
    imported("email\na@x.com\n")
    upserted("email,name,is_staff,is_superuser\na@x.com,A,true,true\nb@x.com,B,true,true\n")
    assert not User.objects.filter(is_staff=True).exists()
    assert not User.objects.filter(is_superuser=True).exists()
