"""Files as spreadsheets and scripts write them: no user is shifted, changed or lost."""

import json
from collections.abc import Callable, Mapping

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tests.imports import outcome
from users_uc.models import User

Imported = Callable[..., ImportJob]
Users = Mapping[str, tuple[str, str]]

FILES: Mapping[str, tuple[str, int, Users, Mapping[int, str]]] = {
    "blanks before quotes": (
        '"email", "name", "phone"\n"a@x.com", "Lee, Ann", "1"\n"b@x.com", "Bo", "2"\n', 2,
        {"a@x.com": ("Lee, Ann", "1"), "b@x.com": ("Bo", "2")}, {},
    ),
    "a quoted name behind a blank without a phone": (
        'email,name,phone\na@x.com, "Lee, Ann"\n', 1, {}, {1: "too_few_columns"},
    ),
    "empty rows at the end": (
        "email,name,phone\r\na@x.com,Ann,1\r\n,,\r\n,,\r\n , ,\r\n", 1,
        {"a@x.com": ("Ann", "1")}, {},
    ),
    "empty rows in the middle": (
        "email;name;phone\r\na@x.com;Ann;1\r\n;;\r\n\xa0\r\nb@x.com;Bo;2\r\n", 2,
        {"a@x.com": ("Ann", "1"), "b@x.com": ("Bo", "2")}, {},
    ),
    "text cells of Excel": (
        'email;name;phone\n="a@x.com";="Ann";="0123"\nb@x.com;Bo;="0456"\n', 2,
        {"a@x.com": ("Ann", "0123"), "b@x.com": ("Bo", "0456")}, {},
    ),
    "text cells of Excel, quoted": (
        '"=""email""","=""name""",phone\n"=""a@x.com""","=""Lee, Ann""","=""0123"""\n', 1,
        {"a@x.com": ("Lee, Ann", "0123")}, {},
    ),
    "one delimiter too many in the first row": (
        "email,name,phone,note\na@x.com,Lee, Ann,123,\nb@x.com,Bo,1,\n", 2,
        {"b@x.com": ("Bo", "1")}, {1: "too_many_columns"},
    ),
    "one delimiter too many in the last row": (
        "email,name,phone\nb@x.com,Bo,1\na@x.com,Lee, Ann,\n", 2,
        {"b@x.com": ("Bo", "1")}, {2: "too_many_columns"},
    ),
    "trailing delimiters": (
        "email,name,phone\na@x.com,Ann,1,\nb@x.com,Bo,2,\n", 2,
        {"a@x.com": ("Ann", "1"), "b@x.com": ("Bo", "2")}, {},
    ),
    "trailing delimiters in the header too": (
        "email,name,phone,,\na@x.com,Ann,1,,\nb@x.com,Bo,2,,\nc@x.com,Lee, Cy,3,,\n", 3,
        {"a@x.com": ("Ann", "1"), "b@x.com": ("Bo", "2")}, {3: "too_many_columns"},
    ),
    "a header that lacks a delimiter": (
        "email,deptname,phone,note\na@x.com,Sales,Ann,1,\n", 1, {}, {1: "too_many_columns"},
    ),
    "a row that lacks a delimiter before a quoted name": (
        'email,dept,name,phone\na@x.com,Sales"Lee, Ann",1\n', 1, {}, {1: "invalid_quoting"},
    ),
    "invisible characters": (
        "email,name,phone\n\u200ba@x.com,Jose\u0301,\u202a+1\xad5\u202c\n", 1,
        {"a@x.com": ("Jos\xe9", "+15")}, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["create", "upsert"])
@pytest.mark.parametrize(("data", "rows", "users", "rejected"), FILES.values(), ids=FILES.keys())
def test_a_row_is_imported_as_it_is_meant_or_rejected(
    as_bob: APIClient,
    imported: Imported,
    data: str,
    rows: int,
    users: Users,
    rejected: Mapping[int, str],
    mode: str,
) -> None:
    job = imported(as_bob, data, mode=mode)
    assert job.rows == rows
    assert dict(job.row_errors.values_list("record", "code")) == rejected
    found = User.objects.filter(import_id=job.id).values_list("email", "name", "phone")
    assert {email: (name, phone) for email, name, phone in found} == users


@pytest.mark.parametrize("options", [{"on_error": "abort"}, {"max_errors": "0"}])
@pytest.mark.parametrize("blank", [",,", " , ,", "\xa0", '"","",""', '" ", , ""'])
def test_blank_rows_are_no_errors(
    as_bob: APIClient, imported: Imported, options: dict[str, str], blank: str
) -> None:
    job = imported(
        as_bob, f"{blank}\nemail,name,phone\n{blank}\na@x.com,Ann,1\n{blank}\n", **options
    )
    assert outcome(job) == {"rows": 1, "created": 1}


@pytest.mark.parametrize("word", ["na\u0303o", "NA\u0303O", "\u200bno"])
def test_false_may_be_written_with_a_combining_tilde(
    as_bob: APIClient, imported: Imported, word: str
) -> None:
    imported(as_bob, f"email,ativo\na@x.com,{word}\n")
    assert not User.objects.get(email="a@x.com").is_active


def test_the_message_names_an_invisible_character(as_bob: APIClient, imported: Imported) -> None:
    job = imported(as_bob, "email\nann\xa0lee@x.com\nbad\n")
    (first, second) = as_bob.get(f"/api/v1/imports/{job.id}/rows/").json()["results"]
    message = "The e-mail address has the invisible character U+00A0. Remove it."
    assert (first["code"], first["message"]) == ("invalid_email", message)
    assert second["message"] == "This is not a valid e-mail address."
    content = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue().decode()
    assert message in content
    assert json.dumps(second["value"]) == '"bad"'
