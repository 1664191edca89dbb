"""POST imports/ and inspect/ with columns and options of declared attributes."""

import csv
import io
from collections.abc import Callable
from typing import Any, Literal

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.api.answers import assert_error
from tests.imports import imported, run
from users_uc.models import Attribute, User

pytestmark = pytest.mark.django_db(transaction=True)

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def declared() -> None:
    """Declare two attributes."""
    Attribute.objects.create(name="department", type="text", headers=["Bereich", "Abteilung"])
    Attribute.objects.create(name="floor", type="integer", headers=["Abteilung"])


@pytest.mark.parametrize(
    ("option", "sent", "stored"),
    [
        ("update", "name,attributes.floor", ["name", "attributes.floor"]),
        ("columns", '{"Mail": "attributes.floor"}', {"Mail": "attributes.floor"}),
        ("clear_with", " - ", "-"),
        ("clear_with", "", None),
        ("date_order", "dmy", "dmy"),
        ("date_order", "mdy", "mdy"),
        ("date_order", "", None),
        ("clear_with", "supprime\u0301", "supprim\u00e9"),
    ],
)
def test_the_options_of_attributes_are_stored(
    send: Send, option: str, sent: str, stored: Any
) -> None:
    assert send(**{option: sent}).status_code == 202
    assert ImportJob.objects.get().options.get(option) == stored


@pytest.mark.parametrize(
    ("option", "sent"),
    [
        ("update", "attributes.gone"),
        ("update", "attributes.Floor"),
        ("update", "attributes."),
        ("columns", '{"Mail": "attributes.gone"}'),
        ("columns", '{"Mail": "attributes"}'),
        ("columns", '{"Mail": "floor"}'),
    ],
)
def test_an_unknown_attribute_in_an_option_is_400(send: Send, option: str, sent: str) -> None:
    assert_error(send(**{option: sent}), 400, "invalid", **{option: "invalid_choice"})


def test_the_message_names_the_declared_attributes(send: Send) -> None:
    answer = send(update="attributes.gone")
    assert "is_active, attributes.department, attributes.floor" in answer.content.decode()


def test_a_long_text_of_clear_with_is_400(send: Send) -> None:
    assert_error(send(clear_with="-" * 101), 400, "invalid", clear_with="max_length")


@pytest.mark.parametrize("order", ["ymd", "DMY", "dmy,mdy", "d/m/y", " "])
def test_another_date_order_is_400(send: Send, order: str) -> None:
    assert_error(send(date_order=order), 400, "invalid", date_order="invalid_choice")


def test_the_status_has_the_date_order(send: Send, as_bob: APIClient) -> None:
    document = as_bob.get(send(date_order="mdy")["Location"]).json()
    assert document["options"]["date_order"] == "mdy"


@pytest.mark.parametrize(
    ("order", "cell", "message"),
    [
        (None, "01/02/2026", "send the option date_order=dmy"),
        (None, "30.02.2026", "This is not a date. Write"),
        ("dmy", "01/25/2026", "This is not a date in the order of the option date_order."),
        ("mdy", "25/01/2026", "This is not a date in the order of the option date_order."),
    ],
)
def test_the_message_about_a_date_names_the_option(
    as_bob: APIClient, bob: User, order: Literal["dmy", "mdy"] | None, cell: str, message: str
) -> None:
    Attribute.objects.create(name="since", type="date")
    text = f"email,since\na@x.com,{cell}\n"
    job = imported(text, owner=bob, options=Options(date_order=order))
    (error,) = as_bob.get(f"/api/v1/imports/{job.id}/rows/").json()["results"]
    assert (error["code"], error["value"]) == ("invalid_attribute", cell)
    assert message in error["message"]


def test_an_inspection_shows_the_attributes(inspect: Callable[..., dict[str, Any]]) -> None:
    found = inspect("email,Bereich,Etage\na@x.com,Sales,1\n")
    assert found["mapping"] == {"email": "email", "Bereich": "attributes.department"}
    assert found["ignored_columns"] == ["Etage"]


def test_a_header_of_two_attributes_proposes_the_option(
    inspect: Callable[..., dict[str, Any]],
) -> None:
    content = "email,Abteilung\na@x.com,1\n"
    found = inspect(content)
    assert found["error"]["code"] == "ambiguous_column"
    assert found["error"]["columns"] == {"Abteilung": "attributes.department"}
    assert found["mapping"] == {"email": "email", "Abteilung": "attributes.department"}
    found = inspect(content, columns='{"Abteilung": "attributes.floor"}')
    assert found["mapping"] == {"email": "email", "Abteilung": "attributes.floor"}


def test_rejected_values_are_listed_and_returned(as_bob: APIClient, bob: User) -> None:
    job = imported("email,floor\na@x.com,3.5\nb@x.com,4\n", owner=bob)
    (error,) = as_bob.get(f"/api/v1/imports/{job.id}/rows/").json()["results"]
    assert (error["column"], error["code"], error["value"]) == (
        "attributes.floor", "invalid_attribute", "3.5",
    )  # fmt: skip
    assert error["message"].startswith("This is not a whole number")
    failed = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()
    assert imported(failed.replace(b"3.5", b"3"), owner=bob).created == 1


def test_results_show_changed_values(as_bob: APIClient, bob: User) -> None:
    imported("email,department,floor\na@x.com,Sales,1\nb@x.com,Ops,1\n", owner=bob)
    options = Options(mode="upsert", clear_with="-")
    job = imported("email,department,floor\na@x.com,-,2\nb@x.com,,1\n", owner=bob, options=options)
    answer = as_bob.get(f"/api/v1/imports/{job.id}/results.csv").getvalue()
    rows = list(csv.DictReader(io.StringIO(answer.decode("utf-8-sig"))))
    assert [(row["outcome"], row["changed"]) for row in rows] == [
        ("updated", "attributes.department: Sales -> ; attributes.floor: 1 -> 2"),
        ("unchanged", ""),
    ]


def test_the_columns_below_a_returned_header_do_not_depend_on_declarations(
    as_bob: APIClient, bob: User
) -> None:
    """Fails if a declaration that has changed since the plan decides which rows are returned."""
    content = "email,name,floor\nemail,name,floor\na@x.com,Ann,x\nb@x.com,Ben,1\n"
    job = imported(content, owner=bob)
    assert (job.rows, job.failed) == (2, 1)
    Attribute.objects.all().delete()
    failed = as_bob.get(f"/api/v1/imports/{job.id}/rejected-rows.csv").getvalue()
    assert b"a@x.com,Ann,x" in failed


def test_a_job_of_an_attribute_that_is_gone_fails(send: Send) -> None:
    assert send(columns='{"Mail": "attributes.floor"}').status_code == 202
    Attribute.objects.all().delete()
    job = run(ImportJob.objects.get())
    assert (job.status, job.error_code) == ("FAILURE", "attribute_changed")
