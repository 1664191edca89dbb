"""POST imports/: files with the headers of other systems."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.api.answers import assert_error
from tests.imports import run
from users_uc.models import User

URL = "/api/v1/imports/"
CsvFile = Callable[..., SimpleUploadedFile]
Post = Callable[..., Any]

EXPORTS: Mapping[str, tuple[str, int, Mapping[str, object]]] = {
    "Google Workspace": (
        (
            "First Name [Required],Last Name [Required],Email Address [Required],"
            "Password [Required],Recovery Email,Work Phone,Mobile Phone\n"
            "Ann,Lee,ann@x.com,****,a@y.com,2,1\n"
        ),
        1,
        {"name": "Ann Lee", "phone": "1", "is_active": True},
    ),
    "Entra ID": (
        (
            "version:v1.0,,,\nName [displayName] Required,User principal name [userPrincipalName] "
            "Required,Block sign in (Yes/No) [accountEnabled] Required,First name [givenName]\n"
            "Dr. Ann Lee,ann@x.com,Yes,Ann\n"
        ),
        2,
        {"name": "Dr. Ann Lee", "phone": "", "is_active": False},
    ),
    "PowerShell": (
        (
            '#TYPE Selected.ADUser\n"GivenName","Surname","mail","Enabled","OfficePhone"\n'
            '"Ann","","ann@x.com","True","2"\n'
        ),
        2,
        {"name": "Ann", "phone": "2", "is_active": True},
    ),
    "Okta": (
        (
            "login,firstName,lastName,displayName,mobilePhone,status\n"
            "ann@x.com,Ann,Lee,,1,DEPROVISIONED\n"
        ),
        1,
        {"name": "Ann Lee", "phone": "1", "is_active": False},
    ),
    "Moodle": (
        "username,firstname,lastname,email,phone1,phone2,suspended\nann,Ann,Lee,ann@x.com,,2,0\n",
        1,
        {"name": "Ann Lee", "phone": "2", "is_active": True},
    ),
    "a German list": (
        (
            "Mitglieder 2024\n\nName;Vorname;E\u2011Mail:;Handy (privat);Status *\n"
            "Müller;Jörg;ann@x.com;1;gesperrt\n"
        ),
        3,
        {"name": "Jörg Müller", "phone": "1", "is_active": False},
    ),
}


@pytest.fixture
def post(as_bob: APIClient, csv_file: CsvFile) -> Post:
    """Return `post(content, **options)`: upload a file as Bob."""

    def post(content: str, **options: object) -> Any:
        return as_bob.post(URL, {"file": csv_file(content), **options}, format="multipart")

    return post


@pytest.mark.parametrize(("content", "line", "values"), EXPORTS.values(), ids=EXPORTS.keys())
def test_the_export_of_a_system_needs_no_option(
    as_bob: APIClient, post: Post, content: str, line: int, values: Mapping[str, object]
) -> None:
    answer = post(content)
    assert answer.status_code == 202
    run(ImportJob.objects.get())
    document = as_bob.get(answer.json()["status_url"]).json()
    assert (document["result"]["created"], document["file"]["header_line"]) == (1, line)
    user = User.objects.get(email="ann@x.com")
    assert {name: getattr(user, name) for name in values} == values
    assert not user.has_usable_password()


def test_lines_and_rows_are_counted_in_the_whole_file(as_bob: APIClient, post: Post) -> None:
    answer = post("Report\n\nemail,status\nann@x.com,active\nbo@x.com,unknown\n")
    job = run(ImportJob.objects.get())
    assert job.header_line == 3
    (error,) = as_bob.get(answer.json()["status_url"]).json()["errors"]
    assert (error["line"], error["record"], error["code"]) == (5, 2, "invalid_boolean")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Kontakt;Ort\nann@x.com;1\n", "missing_email_column"),
        ('Members\n"Kontakt \u201e@\u201c","Or""t"\nann@x.com,1\n', "missing_email_column"),
        ("Name,Phone (home),Mail?\nAnn,1,ann@x.com\n", "missing_email_column"),
        ("email,e-mail\nann@x.com,b@x.com\n", "ambiguous_column"),
        ("Email (new),Email (old)\nann@x.com,b@x.com\n", "ambiguous_column"),
    ],
)
def test_the_proposed_option_makes_the_file_valid(post: Post, content: str, code: str) -> None:
    answer = post(content)
    assert_error(answer, 400, code)
    proposed = re.search(r"\{.*?\}", answer.json()["error"]["message"])
    assert proposed
    assert post(content, columns=proposed[0]).status_code == 202
    run(ImportJob.objects.get())
    assert User.objects.filter(email="ann@x.com").exists()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("E\xa0Post", "E Post"),
        ("E Post", "E\xa0Post"),
        ("\u200bE-Post", "e\u2011post"),
        ("E-Post [Required]", "E-Post"),
        ("E-Post", "E-POST (optional)"),
        ("E\u0301post *", "épost"),
    ],
)
def test_the_option_columns_is_compared_as_headers_are(post: Post, header: str, name: str) -> None:
    content = f"{header},Post,Name\nann@x.com,x,Ann\n"
    assert post(content, columns=f'{{"{name}": "email"}}').status_code == 202
    run(ImportJob.objects.get())
    assert User.objects.filter(email="ann@x.com").exists()


def test_a_suffix_tells_two_columns_apart(post: Post) -> None:
    content = "E-Post (home),E-Post (work)\nx,ann@x.com\n"
    assert post(content, columns='{"E-Post (work)": "email"}').status_code == 202
    assert_error(post(content, columns='{"E-Post": "email"}'), 400, "ambiguous_column")


def test_another_suffix_is_another_column(post: Post) -> None:
    answer = post("Phone (work),email\n1,ann@x.com\n", columns='{"Phone (home)": "phone"}')
    assert_error(answer, 400, "unknown_column")
