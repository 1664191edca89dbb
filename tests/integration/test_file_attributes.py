"""Imports with columns of declared attributes."""

from typing import Any

import pytest

from tasks.lifecycle import attempts
from tasks.models import ImportJob, ImportRowError
from tasks.options import Options
from tasks.writing import load
from tests.imports import imported, open_chunk_numbers, outcome, planned_job, run
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
    Attribute.objects.create(
        name="department", type="choice", choices=["Sales", "Legal"], headers=["Abteilung"],
        label_pt_br="Departamento",
    )  # fmt: skip
    for name, type_ in {
        "floor": "integer", "quota": "decimal", "remote": "boolean", "since": "date",
        "notes": "text",
    }.items():  # fmt: skip
        Attribute.objects.create(name=name, type=type_)


def attributes_of(email: str = "a@x.com") -> dict[str, Any]:
    values: dict[str, Any] = User.objects.get(email=email).attributes
    return values


def rejections(job: ImportJob) -> list[tuple[int, str, str, str, str]]:
    errors = ImportRowError.objects.filter(job=job).order_by("record")
    return list(errors.values_list("line", "column", "code", "detail", "value"))


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
            ("floor", "invalid_integer"), ("quota", "invalid_decimal"), ("since", "ambiguous"),
        )
    ]  # fmt: skip
    assert rejections(job)[0][4] == "Sails"


def test_too_many_bytes_in_the_file_reject_the_row() -> None:
    Attribute.objects.bulk_create(Attribute(name=f"n{n}", type="text") for n in range(5))
    header = ",".join(f"n{n}" for n in range(5))
    # {"n0": "…", …}: 2 braces, 5 keys of 2 letters with 2 quotes, 5 colons, 4 commas, blanks
    rest = 4096 - (2 + 5 * (4 + 2 + 2) + 4 * 2) - 4 * 900
    fits, large = (",".join(["a" * 900] * 4 + ["é" + "b" * (rest - 2 + n)]) for n in (0, 1))
    job = imported(f"email,{header}\na@x.com,{fits}\nb@x.com,{large}\n")
    assert outcome(job) == {"rows": 2, "created": 1, "failed": 1}
    assert rejections(job)[0][:4] == (3, "attributes", "invalid_attribute", "too_large")


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
    Attribute.objects.filter(name="department").update(required=True)


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


CLEAR = Options(mode="upsert", clear_with="-")


@pytest.fixture
def full() -> None:
    """Create a user with all fields."""
    imported(
        "email,external_id,name,phone,department,floor\n"
        "a@x.com,7,Ann,12,Sales,1\nb@x.com,8,Ben,13,Legal,2\n"
    )


@pytest.mark.usefixtures("full")
def test_the_text_of_clear_with_empties_fields() -> None:
    job = imported(
        "email,external_id,name,phone,department,floor\na@x.com,-,-,-, - ,\nb@x.com,,,,,3\n",
        options=CLEAR,
    )
    assert outcome(job) == {"rows": 2, "updated": 2}
    ann, ben = User.objects.order_by("email")
    assert (ann.external_id, ann.name, ann.phone, ann.attributes) == (None, "", "", {"floor": 1})
    assert (ben.external_id, ben.name, ben.phone) == ("8", "Ben", "13")
    assert ben.attributes == {"department": "Legal", "floor": 3}


@pytest.mark.usefixtures("full")
def test_empty_fields_are_not_emptied_again() -> None:
    text = "email,external_id,name,phone,department\na@x.com,-,-,-,-\n"
    imported(text, options=CLEAR)
    assert outcome(imported(text, options=CLEAR)) == {"rows": 1, "unchanged": 1}


def test_a_new_user_with_the_text_of_clear_with_has_empty_fields() -> None:
    job = imported(
        "email,external_id,name,department,floor\na@x.com,-,-,-,-\nb@x.com,-,-,-,-\n",
        options=CLEAR,
    )
    assert outcome(job) == {"rows": 2, "created": 2}
    ann = User.objects.get(email="a@x.com")
    assert (ann.external_id, ann.name, ann.attributes) == (None, "", {})


@pytest.mark.usefixtures("full")
def test_the_option_update_limits_clear_with() -> None:
    options = Options(mode="upsert", clear_with="-", update=["attributes.floor"])
    imported("email,name,department,floor\na@x.com,-,-,-\n", options=options)
    ann = User.objects.get(email="a@x.com")
    assert (ann.name, ann.attributes) == ("Ann", {"department": "Sales"})


@pytest.mark.usefixtures("full")
def test_a_name_of_several_columns_is_emptied_if_none_has_a_value() -> None:
    text = "email,first name,last name\na@x.com,-,\nb@x.com,-,Lee\n"
    assert outcome(imported(text, options=CLEAR)) == {"rows": 2, "updated": 2}
    assert list(User.objects.order_by("email").values_list("name", flat=True)) == ["", "Lee"]


@pytest.mark.usefixtures("full", "required")
def test_a_required_attribute_cannot_be_emptied() -> None:
    job = imported("email,department\na@x.com,-\n", options=CLEAR)
    assert rejections(job) == [(2, "attributes.department", "missing_attribute", "", "")]
    assert attributes_of() == {"department": "Sales", "floor": 1}


@pytest.mark.usefixtures("full")
def test_the_key_of_the_match_cannot_be_emptied() -> None:
    options = Options(mode="upsert", match="external_id", clear_with="-")
    job = imported("email,external_id\na@x.com,-\n", options=options)
    assert rejections(job) == [(2, "external_id", "missing_external_id", "", "")]


def test_an_attribute_that_is_deleted_during_the_import_fails_it() -> None:
    job = planned_job("email,floor\na@x.com,1\n")
    Attribute.objects.filter(name="floor").delete()
    run(job)
    assert (job.status, job.error_code) == ("FAILURE", "attribute_changed")
    assert outcome(job) == {"rows": 1, "not_loaded": 1}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"choices": ["Legal"]}, "FAILURE"),
        ({"choices": ["Legal", "Sales", "Ops"]}, "SUCCESS"),
        ({"type": "text", "choices": []}, "SUCCESS"),
        ({"type": "integer", "choices": []}, "FAILURE"),
    ],
)
def test_values_are_compared_with_a_declaration_that_has_changed(
    changes: dict[str, Any], status: str
) -> None:
    job = planned_job("email,department\na@x.com,sales\n")
    Attribute.objects.filter(name="department").update(**changes)
    assert run(job).status == status


def test_a_number_follows_the_type_of_its_attribute() -> None:
    job = planned_job("email,floor,since\na@x.com,9223372036854775807,2028-02-29\n")
    assert run(job).status == "SUCCESS"
    assert attributes_of() == {"floor": 2**63 - 1, "since": "2028-02-29"}
    Attribute.objects.filter(name="floor").update(type="text")
    imported("email,floor\na@x.com,7\n", options=UPSERT)
    assert attributes_of()["floor"] == "7"


def test_a_column_of_a_deleted_attribute_in_the_option_columns_fails_the_plan() -> None:
    Attribute.objects.filter(name="floor").delete()
    options = Options(columns={"Etage": "attributes.floor"})
    job = imported("email,Etage\na@x.com,1\n", options=options)
    assert (job.status, job.error_code) == ("FAILURE", "attribute_changed")


def test_a_change_between_preparation_and_transaction_causes_a_retry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = planned_job("email,department\na@x.com,Sales\n")

    def change(failpoint: str) -> None:
        if failpoint == "loading":
            Attribute.objects.filter(name="department").update(choices=["Legal"])

    (number,) = open_chunk_numbers(job)
    with monkeypatch.context() as patch:
        patch.setattr(load, "failpoint", change)
        with pytest.raises(attempts.EXPECTED_FAULTS):
            load.load(job.id, number)
    assert not User.objects.exists()
    assert run(job).error_code == "attribute_changed"


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
