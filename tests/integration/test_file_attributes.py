"""Imports with columns of declared attributes."""

from typing import Literal

import pytest

from tasks.options import Options
from tests.imports import imported, outcome
from tests.integration.declared import attributes_of, declare, rejections, require_department
from users_uc.models import Attribute, User

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")
ALL = (
    "email,Abteilung,floor,quota,remote,attributes.since,notes\n"
    'a@x.com,sales,3,"1,50",yes,31.01.2026,"say ""hi"" \\"\n'
    "b@x.com,,,,,,\n"
)


@pytest.fixture(autouse=True)
def declared() -> None:
    """Declare an attribute of each type."""
    declare()


def test_new_users_get_values_of_every_type() -> None:
    job = imported(ALL)
    assert outcome(job) == {"rows": 2, "created": 2}
    assert job.ignored_columns == []
    assert attributes_of() == {
        "department": "Sales", "floor": 3, "quota": "1.5", "remote": True, "since": "2026-01-31",
        "notes": 'say "hi" \\',
    }  # fmt: skip
    assert attributes_of("b@x.com") == {}


@pytest.mark.parametrize(
    "header", ["department", "DEPARTMENT", "Departamento", "abteilung", "Attributes.Department"]
)
def test_a_column_is_recognised_by_name_label_or_declared_header(header: str) -> None:
    imported(f"email,{header}\na@x.com,Legal\n")
    assert attributes_of() == {"department": "Legal"}


def test_the_option_columns_names_an_attribute() -> None:
    options = Options(columns={"Bereich": "attributes.department", "floor": None})
    imported("email,Bereich,floor\na@x.com,Legal,3\n", options=options)
    assert attributes_of() == {"department": "Legal"}


def test_an_upsert_changes_only_the_values_of_filled_cells() -> None:
    imported(ALL)
    job = imported("email,department,floor,notes\na@x.com,Legal,,x\nb@x.com,,,\n", options=UPSERT)
    assert outcome(job) == {"rows": 2, "updated": 1, "unchanged": 1}
    assert attributes_of()["department"] == "Legal"
    assert attributes_of()["floor"] == 3
    assert User.objects.get(email="a@x.com").last_import_id == job.id


def test_the_same_file_again_changes_nothing() -> None:
    imported(ALL)
    assert outcome(imported(ALL, options=UPSERT)) == {"rows": 2, "unchanged": 2}


def test_the_option_update_names_attributes() -> None:
    imported("email,name,department,floor\na@x.com,Ann,Sales,1\n")
    options = Options(mode="upsert", update=["attributes.floor"])
    job = imported(
        "email,name,department,floor\na@x.com,Eve,Legal,2\nb@x.com,Ben,Legal,2\n", options=options
    )
    assert outcome(job) == {"rows": 2, "created": 1, "updated": 1}
    assert attributes_of() == {"department": "Sales", "floor": 2}
    assert attributes_of("b@x.com") == {"department": "Legal", "floor": 2}
    assert User.objects.get(email="a@x.com").name == "Ann"


def test_other_fields_change_without_the_attributes() -> None:
    imported("email,name,floor\na@x.com,Ann,1\n")
    options = Options(mode="upsert", update=["name"])
    imported("email,name,floor\na@x.com,Eve,2\n", options=options)
    assert attributes_of() == {"floor": 1}
    assert User.objects.get(email="a@x.com").name == "Eve"


def test_a_wrong_value_rejects_its_row_and_names_the_column() -> None:
    job = imported(
        "email,Abteilung,floor,quota,remote,since,notes\n"
        'a@x.com,Sails,,,,,\nb@x.com,,3.5,,,,\nc@x.com,,,"1,234",,,\nd@x.com,,,,perhaps,,\n'
        f"e@x.com,,,,,2026-02-30,\nf@x.com,,,,,,{'x' * 1001}\ng@x.com,,,,,,a\x01b\n"
        "h@x.com,,99999999999999999999,,,,\ni@x.com,,,x,,,\nj@x.com,,,,,01/02/2026,\n"
    )
    assert outcome(job) == {"rows": 10, "failed": 10}
    assert [(column, code, detail) for _, column, code, detail, _ in rejections(job)] == [
        (f"attributes.{name}", "invalid_attribute", detail)
        for name, detail in (
            ("department", "invalid_choice"), ("floor", "invalid_integer"),
            ("quota", "ambiguous"), ("remote", "invalid_boolean"), ("since", "invalid_date"),
            ("notes", "max_length"), ("notes", "control_character"),
            ("floor", "invalid_integer"), ("quota", "invalid_decimal"), ("since", "ambiguous_date"),
        )
    ]  # fmt: skip
    assert rejections(job)[0][4] == "Sails"


@pytest.mark.parametrize(("order", "date"), [("dmy", "2026-02-01"), ("mdy", "2026-01-02")])
def test_the_option_date_order_reads_dates(order: Literal["dmy", "mdy"], date: str) -> None:
    """One of the two last rows is in the other order."""
    rows = "a@x.com,01/02/2026\nb@x.com,01.02.2026 00:00\nc@x.com,25/01/2026\nd@x.com,01/25/2026\n"
    job = imported(f"email,since\n{rows}", options=Options(date_order=order))
    assert outcome(job) == {"rows": 4, "created": 3, "failed": 1}
    assert attributes_of() == {"since": date}
    assert attributes_of("b@x.com") == {"since": "2026-02-01"}
    valid, line = ("c@x.com", 5) if order == "dmy" else ("d@x.com", 4)
    assert attributes_of(valid) == {"since": "2026-01-25"}
    assert [(error[0], *error[2:4]) for error in rejections(job)] == [
        (line, "invalid_attribute", "date_order")
    ]


def test_too_many_bytes_in_the_file_reject_the_row() -> None:
    Attribute.objects.bulk_create(Attribute(name=f"n{n}", type="text") for n in range(5))
    header = ",".join(f"n{n}" for n in range(5))
    # {"n0": "…", …}: 2 braces, 5 keys of 2 letters with 2 quotes, 5 colons, 4 commas, blanks
    rest = 4096 - (2 + 5 * (4 + 2 + 2) + 4 * 2) - 4 * 900
    fits, large = (",".join(["a" * 900] * 4 + ["é" + "b" * (rest - 2 + n)]) for n in (0, 1))
    job = imported(f"email,{header}\na@x.com,{fits}\nb@x.com,{large}\n")
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}
    assert rejections(job) == [(3, "attributes", "invalid_attribute", "too_large", "")]


def test_too_many_bytes_with_the_present_values_reject_the_row_while_loading() -> None:
    User.objects.create(email="a@x.com", attributes={"notes": "a" * 1000, "old": "b" * 2500})
    User.objects.create(email="b@x.com", attributes={"floor": 1})
    Attribute.objects.create(name="more", type="text")
    text = f"email,more\na@x.com,{'c' * 900}\nb@x.com,{'c' * 900}\n"
    for options, counts in (
        (Options(mode="upsert", dry_run=True), {"rows": 2, "updated": 1, "failed": 1}),
        (UPSERT, {"rows": 2, "updated": 1, "failed": 1}),
    ):
        job = imported(text, options=options)
        assert outcome(job) == counts
        assert rejections(job) == [(2, "attributes", "invalid_attribute", "too_large", "")]
    assert "more" not in attributes_of()


@pytest.fixture
def required() -> None:
    """Make the department required."""
    require_department()


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_new_user_needs_the_required_attributes(dry_run: bool) -> None:
    User.objects.create(email="b@x.com")
    job = imported(
        "email,department,floor\na@x.com,,1\nb@x.com,,1\nc@x.com,Legal,1\n",
        options=Options(mode="upsert", dry_run=dry_run),
    )
    assert outcome(job) == {"rows": 3, "created": 1, "updated": 1, "failed": 1}
    assert rejections(job) == [(2, "attributes.department", "missing_attribute", "", "")]
    assert User.objects.filter(email="c@x.com").exists() != dry_run


@pytest.mark.usefixtures("required")
def test_a_file_without_the_column_of_a_required_attribute_creates_no_users() -> None:
    User.objects.create(email="b@x.com", name="Ben")
    job = imported("email,name\na@x.com,Ann\nb@x.com,Bo\n", options=UPSERT)
    assert outcome(job) == {"rows": 2, "updated": 1, "failed": 1}
    assert rejections(job) == [(2, "attributes.department", "missing_attribute", "", "")]


def test_a_header_of_two_attributes_is_ambiguous() -> None:
    Attribute.objects.filter(name__in=["notes", "floor"]).update(headers=["Bereich"])
    job = imported("email,Bereich\na@x.com,1\n")
    assert (job.status, job.error_code) == ("FAILURE", "ambiguous_column")
    assert 'the value {"Bereich": "attributes.floor"}' in job.error_message
    options = Options(columns={"Bereich": "attributes.floor"})
    imported("email,Bereich\na@x.com,1\n", options=options)
    assert attributes_of() == {"floor": 1}


@pytest.mark.parametrize("header", ["email", "Password"])
def test_a_declared_header_hides_neither_addresses_nor_secrets(header: str) -> None:
    Attribute.objects.filter(name="notes").update(headers=[header])
    job = imported("email,password\na@x.com,Tr0ub4dor&3\n")
    assert (job.status, job.has_secrets) == ("SUCCESS", True)
    assert attributes_of() == {}


def test_a_declared_header_comes_before_a_known_one() -> None:
    Attribute.objects.filter(name="notes").update(headers=["Employee ID"])
    imported("email,Employee ID\na@x.com,7\n")
    assert attributes_of() == {"notes": "7"}
    assert User.objects.get().external_id is None


def test_a_header_of_an_exported_file_means_one_attribute() -> None:
    Attribute.objects.create(name="cost_center", type="text")
    Attribute.objects.create(name="costcenter", type="text")
    imported("email,attributes.cost_center,Attributes.CostCenter\na@x.com,1,2\n")
    assert attributes_of() == {"cost_center": "1", "costcenter": "2"}
    assert imported("email,cost_center\na@x.com,1\n").error_code == "ambiguous_column"


def test_a_user_name_is_an_attribute_if_it_is_no_e_mail_address() -> None:
    Attribute.objects.create(name="username", type="text")
    imported("email,Username\na@x.com,ann\n")
    assert attributes_of() == {"username": "ann"}
    job = imported("username,name\nb@x.com,Ben\n")
    assert outcome(job) == {"rows": 1, "created": 1}
    assert attributes_of("b@x.com") == {}
