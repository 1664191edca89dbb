"""Imports with columns of declared attributes."""

from typing import Any

import pytest

from tasks.lifecycle import attempts
from tasks.options import Options
from tasks.writing import load
from tests.attributes import attributes_of
from tests.imports import imported, open_chunk_numbers, outcome, planned_job, run
from users_uc.models import Attribute, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("declared")]

UPSERT = Options(mode="upsert")
ALL = (
    "email,Abteilung,floor,quota,remote,attributes.since,notes\n"
    'a@x.com,sales,3,"1,50",yes,31.01.2026,"say ""hi"" \\"\n'
    "b@x.com,,,,,,\n"
)


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
