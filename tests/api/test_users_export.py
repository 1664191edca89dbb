"""GET users/export.csv: its cells, filters and errors."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.api.answers import assert_error
from users_uc import export
from users_uc.attributes.declared import MAX_ATTRIBUTES
from users_uc.models import Attribute, User

URL = "/api/v1/users/export.csv"
HEADER = "email,external_id,name,phone,is_active,must_change_password"
IMPORT = uuid.UUID(int=1)


def lines(client: APIClient, **params: str) -> list[str]:
    """Return the lines of the file below the header."""
    answer = client.get(URL, params)
    assert answer.status_code == 200
    header, *others = answer.getvalue().decode("utf-8-sig").splitlines()
    assert header == HEADER
    return others


def exported(client: APIClient, **params: str) -> list[str]:
    """Return the local parts of the e-mail addresses in the file."""
    return [line.partition("@")[0] for line in lines(client, **params)]


@pytest.fixture
def three_users(bob: User) -> None:
    """Create three users beside Bob."""
    User.objects.create_user("anna@example.com", import_id=IMPORT, external_id="E 17")
    User.objects.create_user("ann_a@example.com", is_active=False, must_change_password=True)
    User.objects.create_user("zoe@example.com", name="Zoe", phone="+351 912")


def test_is_a_csv_file_in_utf_8(as_bob: APIClient) -> None:
    answer = as_bob.get(URL, HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="users.csv"'
    assert answer.getvalue().startswith(b"\xef\xbb\xbfemail,")


@pytest.mark.usefixtures("three_users")
def test_has_each_user_in_the_order_of_their_ids(as_bob: APIClient) -> None:
    assert lines(as_bob) == [
        'bob@example.com,,"Bob",,true,false',
        'anna@example.com,"E 17",,,true,false',
        "ann_a@example.com,,,,false,true",
        'zoe@example.com,,"Zoe","\'+351 912",true,false',
    ]


@pytest.mark.usefixtures("three_users")
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"search": "ANN"}, ["anna", "ann_a"]),
        ({"external_id": "E 17"}, ["anna"]),
        ({"is_active": "false"}, ["ann_a"]),
        ({"import": str(IMPORT)}, ["anna"]),
        ({"import": str(uuid.UUID(int=2))}, []),
        ({"ordering": "-email"}, ["bob", "anna", "ann_a", "zoe"]),
    ],
    ids=str,
)
def test_has_the_filters_of_the_list(
    as_bob: APIClient, params: dict[str, str], expected: list[str]
) -> None:
    assert exported(as_bob, **params) == expected


@pytest.mark.usefixtures("three_users")
@pytest.mark.parametrize("page", [1, 2, 3, 4, 5])
def test_is_read_in_pages(as_bob: APIClient, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_PAGE", page)
    assert exported(as_bob) == ["bob", "anna", "ann_a", "zoe"]
    assert exported(as_bob, is_active="false") == ["ann_a"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("+351", "'+351"),
        ("'quoted'", "'quoted'"),
        ("1-2", "1-2"),
        ('="0123"', '\'="=""0123"""'),
        ('a "b", c\r\nd', 'a "b", c\r\nd'),
    ],
)
def test_cells_are_safe_in_a_spreadsheet(as_bob: APIClient, value: str, cell: str) -> None:
    user = User.objects.create_user("ann@x.com", name=value, phone=value, external_id=value)
    content = as_bob.get(URL, {"search": user.email}).getvalue().decode()
    _, row = csv.reader(io.StringIO(content, newline=""))
    assert row == ["ann@x.com", cell, cell, cell, "true", "false"]


def test_an_e_mail_address_may_look_like_a_formula(as_bob: APIClient) -> None:
    User.objects.create_user("=1+1@x.com")
    assert lines(as_bob, search="=")[0].startswith("'=1+1@x.com,")


def test_each_declared_attribute_has_a_column(as_bob: APIClient, bob: User) -> None:
    Attribute.objects.create(name="floor", type="integer")
    Attribute.objects.create(name="department", type="text")
    Attribute.objects.create(name="gone", type="text", deleted_at=timezone.now())
    values = {"floor": -3, "department": '=say "x", y', "gone": "old"}
    User.objects.filter(pk=bob.pk).update(attributes=values)
    header, line = as_bob.get(URL).getvalue().decode("utf-8-sig").splitlines()
    assert header == f"{HEADER},attributes.department,attributes.floor"
    assert line == 'bob@example.com,,"Bob",,true,false,"\'=say ""x"", y","\'-3"'


def test_an_export_has_a_hundred_attributes(as_bob: APIClient, bob: User) -> None:
    """Fails if PostgreSQL gets more arguments for a function than it takes."""
    names = [f"n{number:02}" for number in range(MAX_ATTRIBUTES)]
    Attribute.objects.bulk_create(Attribute(name=name, type="integer") for name in names)
    values = {name: number for number, name in enumerate(names)}
    User.objects.filter(pk=bob.pk).update(attributes=values)
    header, line = as_bob.get(URL).getvalue().decode("utf-8-sig").splitlines()
    row = dict(zip(header.split(","), line.split(","), strict=True))
    assert {name: row[f"attributes.{name}"] for name in names} == {
        name: f'"{number}"' for name, number in values.items()
    }


def test_an_invalid_filter_is_400(as_bob: APIClient) -> None:
    assert_error(as_bob.get(URL, {"import": "1"}), 400, "invalid", **{"import": "invalid"})
    assert as_bob.get(URL).status_code == 200


def test_costs_one_query_for_each_page(
    as_bob: APIClient,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "_PAGE", 10**9)  # other tests have used the first ids
    User.objects.bulk_create(User(email=f"u{n}@example.com") for n in range(50))
    # the token's user; the attributes; the page; an empty page; no user behind it
    with django_assert_num_queries(5):
        assert len(lines(as_bob)) == 51


def test_a_user_has_one_download_at_a_time(as_bob: APIClient, as_alice: APIClient) -> None:
    first = as_bob.get(URL)
    second = as_bob.get(URL)
    assert_error(second, 429, "too_many_downloads")
    assert int(second["Retry-After"]) > 0
    assert as_alice.get(URL).status_code == 200
    first.getvalue()
    assert as_bob.get(URL).status_code == 200


@pytest.mark.usefixtures("three_users")
@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_the_client_reads(
    as_bob: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # as in a web worker
    monkeypatch.setattr(export, "_PAGE", 2)
    connection.close()
    held = [connection.connection is not None for _ in as_bob.get(URL)]
    assert held == [False] * 3
