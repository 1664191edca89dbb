"""An exported file that is uploaded again as it is changes no user."""

import random
from collections.abc import Iterator
from unicodedata import normalize

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome, run
from users_uc.attributes.values import TEXT_MAX_LENGTH
from users_uc.models import Attribute, User
from users_uc.text import NAME_MAX_LENGTH, PHONE_MAX_LENGTH

EXPORT, UPLOAD = "/api/v1/users/export.csv", "/api/v1/imports/"
PIECES = (
    *(
        "Ann",
        "José",
        "e\u0301",
        "Łucja",
        "李小龍",
        "\u202eabc",
        "مرحبا",
        "😀",
        "0123",
        "NULL",
        "\\N",
    ),
    *(
        "'",
        '"',
        '""',
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r\n",
        "\r",
        "\v",
        " ",
        "\xa0",
        "\u200b",
        "\u2028",
    ),
    *("=", "+", "-", "@", "=1+1", "+351 912", "-1", '="0123"', "'=", " ::: ", "<b>", "%s", "\\"),
)
USERS = 3000
ATTRIBUTES = {
    "floor": "integer", "quota": "decimal", "remote": "boolean", "since": "date",
    "department": "choice", "notes": "text",
}  # fmt: skip
CHOICES = ["Sales", "=Ops", "a,b", 'say "x"', "\u200bZ"]


def texts(rng: random.Random, max_length: int) -> Iterator[str]:
    """Yield texts as the API stores them: trimmed, in normal form C, and some of them empty."""
    while True:
        text = normalize("NFC", "".join(rng.choices(PIECES, k=rng.randint(0, 5))))
        yield text.strip()[:max_length].strip()


def odd_values(rng: random.Random, notes: str) -> dict[str, str | int | bool]:
    """Return some attributes of ATTRIBUTES."""
    values: dict[str, str | int | bool] = {
        "floor": rng.randint(-(2**63), 2**63 - 1),
        "quota": rng.choice(["-1.5", "0", "1234.5", "99999999999999999999.0000000001"]),
        "remote": rng.random() < 0.5,
        "since": rng.choice(["2028-02-29", "1000-01-01"]),
        "department": rng.choice(CHOICES),
        "notes": notes,
    }
    return {name: value for name, value in values.items() if value != "" and rng.random() < 0.7}


def create_odd_users(seed: int, users: int = USERS) -> None:
    """Create users with every kind of text, some of them inactive, some without an external id."""
    rng = random.Random(seed)  # noqa: S311
    for name, type_ in ATTRIBUTES.items():
        choices = CHOICES if type_ == "choice" else []
        Attribute.objects.create(name=name, type=type_, choices=choices)
    notes = texts(rng, TEXT_MAX_LENGTH)
    names, phones = texts(rng, NAME_MAX_LENGTH), texts(rng, PHONE_MAX_LENGTH)
    rows = (
        User(
            email=f"{rng.choice(['', '=', '+', '-', "'", "'="])}{number}@x.com",
            external_id=f"{next(names)}{number}" if rng.random() < 0.5 else None,
            name=next(names),
            phone=next(phones),
            is_active=(is_active := rng.random() < 0.9),
            deactivated_by_user=not is_active and rng.random() < 0.5,
            must_change_password=rng.random() < 0.1,
            attributes=odd_values(rng, next(notes)),
        )
        for number in range(users)
    )
    User.objects.bulk_create(rows, batch_size=1000)


def uploaded(client: APIClient, content: bytes) -> ImportJob:
    """Upload the content as an upsert and return the finished job."""
    body = {"file": SimpleUploadedFile("users.csv", content), "mode": "upsert"}
    answer = client.post(UPLOAD, body, format="multipart")
    assert answer.status_code == 202, answer.json()
    return run(ImportJob.objects.get(id=answer.json()["task_id"]))


@pytest.mark.parametrize(
    ("seed", "users"),
    [
        (0, USERS),
        pytest.param(1, USERS, marks=pytest.mark.slow),
        pytest.param(2, 8000, marks=pytest.mark.slow),
        pytest.param(2, 20_000, marks=pytest.mark.long),
    ],
)
def test_an_exported_file_changes_no_user(
    as_bob: APIClient, alice: User, seed: int, users: int
) -> None:
    create_odd_users(seed, users)
    before = list(User.objects.order_by("pk").values())
    job = uploaded(as_bob, as_bob.get(EXPORT).getvalue())
    assert outcome(job) == {"rows": users + 2, "unchanged": users, "skipped": 2}
    assert list(User.objects.order_by("pk").values()) == before


def test_a_text_comes_back_exactly(as_bob: APIClient) -> None:
    """Fails if a guard, a quote or a line break of the file changes a text."""
    create_odd_users(seed=4)
    fields = ("email", "name", "phone", "attributes")
    before = list(User.objects.order_by("email").values_list(*fields))
    content = as_bob.get(EXPORT).getvalue()
    User.objects.filter(is_staff=False).delete()
    assert outcome(uploaded(as_bob, content))["created"] == USERS
    assert list(User.objects.order_by("email").values_list(*fields)) == before


def test_an_edited_row_changes_its_user(as_bob: APIClient) -> None:
    user = User.objects.create_user("ann@x.com", name="=1", phone="+351 912")
    content = as_bob.get(EXPORT).getvalue().replace(b'"\'=1"', b'"Ann"')
    assert outcome(uploaded(as_bob, content)) == {"rows": 2, "updated": 1, "skipped": 1}
    user.refresh_from_db()
    assert (user.name, user.phone) == ("Ann", "+351 912")


def test_rejected_rows_of_an_exported_file_can_be_corrected(as_bob: APIClient) -> None:
    user = User.objects.create_user("ann@x.com", name="=1", phone="+351\xa0912")
    content = as_bob.get(EXPORT).getvalue().replace(b"ann@x.com", b"ann")
    job = uploaded(as_bob, content)
    failed = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()
    again = uploaded(as_bob, failed.replace(b"\nann,", b"\nann@x.com,"))
    assert outcome(again) == {"rows": 1, "unchanged": 1}
    user.refresh_from_db()
    assert (user.name, user.phone) == ("=1", "+351\xa0912")
