"""GET imports/{task_id}/: the warnings about an import."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import make_job
from users_uc.models import User

Imported = Callable[..., ImportJob]


def warnings(client: APIClient, job: ImportJob) -> list[dict[str, str]]:
    """Return the warnings in the status of the job."""
    document = client.get(f"/api/v1/imports/{job.id}/").json()
    entries: list[dict[str, str]] = document["warnings"]
    return entries


def job_with(owner: User, **fields: object) -> ImportJob:
    """Return a job whose fields have these values."""
    job = make_job("email\n", owner=owner)
    ImportJob.objects.filter(id=job.id).update(**fields)
    return job


LATIN = "email,name\nann@x.com,José\n".encode("windows-1252")


def test_a_guessed_encoding_has_a_warning(as_bob: APIClient, imported: Imported) -> None:
    (warning,) = warnings(as_bob, imported(as_bob, LATIN))
    assert warning["code"] == "encoding_guessed"
    assert "windows-1252" in warning["message"]
    assert "option encoding" in warning["message"]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (LATIN, {"encoding": "windows-1252"}),
        (LATIN, {"encoding": "iso-8859-2"}),
        (LATIN, {"encoding": "utf-8"}),
        (LATIN.decode("windows-1252"), {}),
        ("\ufeff" + LATIN.decode("windows-1252"), {}),
    ],
)
def test_a_certain_or_requested_encoding_has_no_warning(
    as_bob: APIClient, imported: Imported, content: str | bytes, options: dict[str, str]
) -> None:
    assert warnings(as_bob, imported(as_bob, content, **options)) == []


ENTRA = "mail,userPrincipalName,Recovery Email,login\nann@x.com,,,\n,lee@x.com,l@y.com,lee\n"


def test_rows_whose_address_may_stand_elsewhere_have_a_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    """Its option imports them from rejected-rows.csv. Private addresses and logins do not count."""
    job = imported(as_bob, ENTRA)
    (warning,) = warnings(as_bob, job)
    assert warning["code"] == "emails_elsewhere"
    assert "address: 1. Other columns may have one: userPrincipalName." in warning["message"]
    columns = warning["message"].partition("columns=")[2].removesuffix(".")
    answer = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    again = imported(as_bob, answer.getvalue(), columns=columns)
    assert (again.created, again.failed) == (1, 0)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (ENTRA.replace(",lee@", "zoe@x.com,lee@"), {}),
        (ENTRA.replace("userPrincipalName", "other"), {}),
        (ENTRA, {"columns": '{"userPrincipalName": null}'}),
    ],
    ids=["no row lacks one", "no other column", "the column is to be ignored"],
)
def test_otherwise_no_address_stands_elsewhere(
    as_bob: APIClient, imported: Imported, content: str, options: dict[str, str]
) -> None:
    assert warnings(as_bob, imported(as_bob, content, **options)) == []


def test_only_passwords_of_accepted_rows_are_counted(as_bob: APIClient, imported: Imported) -> None:
    rows = ["ann@x.com,a phrase for Ann", "bad,a phrase for nobody", "zoe@x.com,", "joe@x.com,1"]
    (warning,) = warnings(as_bob, imported(as_bob, "\n".join(["email,password", *rows])))
    assert "file: 1." in warning["message"]


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        (
            1,
            "Plain passwords and bare digests in the file: 1. Hashing them takes up to about 1 min",
        ),
        (100_000, "file: 100,000. Hashing them takes up to about 44 min"),
    ],
)
def test_plain_passwords_have_a_warning_with_the_duration(
    as_bob: APIClient, bob: User, passwords: int, words: str
) -> None:
    (warning,) = warnings(as_bob, job_with(bob, passwords=passwords))
    assert warning["code"] == "passwords"
    assert words in warning["message"]


def test_rows_that_would_undo_an_own_deactivation_have_a_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    User.objects.create_user("ann@x.com").deactivate()
    content = "email,is_active\nann@x.com,yes\n"
    assert warnings(as_bob, imported(as_bob, content)) == []
    for dry_run in ("true", "false"):
        job = imported(as_bob, content, mode="upsert", dry_run=dry_run)
        (warning,) = warnings(as_bob, job)
        assert warning["code"] == "deactivated_by_user"
        assert "accounts: 1. Only a superuser" in warning["message"]


def test_both_warnings_can_appear_together(as_bob: APIClient, bob: User) -> None:
    job = job_with(bob, passwords=3, encoding="windows-1252")
    assert [entry["code"] for entry in warnings(as_bob, job)] == ["encoding_guessed", "passwords"]


def test_rejected_rows_that_are_not_listed_have_a_warning(as_bob: APIClient, bob: User) -> None:
    (warning,) = warnings(as_bob, job_with(bob, failed=250_000, left_out=150_000))
    assert warning["code"] == "rows_left_out"
    assert "Only 100,000 of 250,000 rejected rows" in warning["message"]


CZECH = "Email;Name\r\njd@x.com;Jiří Dvořák\r\n".encode("windows-1250")
POLISH = "Email;Name\r\nlk@x.com;Łukasz Żółć\r\nann@x.com;Ann\r\n".encode("windows-1250")


def test_a_guessed_encoding_is_shown_with_names_and_alternatives(
    as_bob: APIClient, imported: Imported
) -> None:
    (warning,) = warnings(as_bob, imported(as_bob, POLISH))
    assert "read as windows-1250 (“Łukasz Żółć”)" in warning["message"]
    (warning,) = warnings(as_bob, imported(as_bob, LATIN))
    assert "read as windows-1252 (“José”)" in warning["message"]
    (warning,) = warnings(as_bob, imported(as_bob, CZECH))
    assert "read as windows-1252 (“Jiøí Dvoøák”)" in warning["message"]
    assert "windows-1250 (“Jiří Dvořák”)" in warning["message"]
    assert "such as encoding=" in warning["message"]


def test_at_most_three_values_are_shown(as_bob: APIClient, imported: Imported) -> None:
    rows = [f"u{number}@x.com;José {number}" for number in range(9)]
    content = "\n".join(["email;name", *rows, ""]).encode("windows-1252")
    (warning,) = warnings(as_bob, imported(as_bob, content))
    assert "windows-1252 (“José 0”, “José 1”, “José 2”)" in warning["message"]


@pytest.mark.parametrize("column", ["password", "password_hash"])
def test_no_value_of_a_file_with_secrets_is_shown(
    as_bob: APIClient, imported: Imported, column: str
) -> None:
    content = f"email,name,{column}\nann@x.com,Jiří,geheimes Wört 7\n".encode("windows-1250")
    job = imported(as_bob, content)
    text = "".join(warning["message"] for warning in warnings(as_bob, job))
    assert "Other possible encodings" in text
    assert "Ji" not in text
    assert "geheim" not in text
    assert "Ji" not in str(job.encoding_guess)


def test_the_plan_decides_by_the_whole_file(as_bob: APIClient, imported: Imported) -> None:
    """Fails if the first megabyte decides: the names stand behind it."""
    names = ["表 健一", "佐藤 さくら", "ソノダ ケンジ"]
    rows = [f"{number}@x.com,{name}" for number, name in enumerate(names)]
    content = "email,name\n" + "ann@x.com,Ann\n" * 80_000 + "\n".join(rows)
    job = imported(as_bob, content.encode("shift_jis"))
    assert job.encoding == "shift_jis"
    assert User.objects.get(email="0@x.com").name == "表 健一"
    assert "表 健一" in warnings(as_bob, job)[0]["message"]


def test_a_nul_in_a_name_is_not_stored_in_the_warning(
    as_bob: APIClient, imported: Imported
) -> None:
    job = imported(as_bob, "email,name\nann@x.com,José\0\n".encode("windows-1252"))
    assert "“José\ufffd”" in warnings(as_bob, job)[0]["message"]


def test_the_option_encoding_overrides_the_guess(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, POLISH, encoding="windows-1252")
    assert (job.encoding, job.encoding_guess) == ("windows-1252", None)
    assert User.objects.get(email="lk@x.com").name == "£ukasz ¯ó³æ"


def test_a_header_that_is_a_password_only_in_the_right_encoding_hides_the_file(
    as_bob: APIClient, imported: Imported
) -> None:
    content = "email,name,hasło\nann@x.com,Łukasz Żółć,tajne słowo 77\n".encode("windows-1250")
    job = imported(as_bob, content)
    assert job.has_secrets
    assert "ukasz" not in str(warnings(as_bob, job))
