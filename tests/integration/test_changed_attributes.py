"""Attributes that change during an import."""

from typing import Any

import pytest

from tasks.lifecycle import attempts
from tasks.options import Options
from tasks.writing import load
from tests.imports import imported, open_chunk_numbers, outcome, planned_job, run
from tests.integration.declared import attributes_of, declare
from users_uc.models import Attribute, User

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")


@pytest.fixture(autouse=True)
def declared() -> None:
    """Declare an attribute of each type."""
    declare()


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
