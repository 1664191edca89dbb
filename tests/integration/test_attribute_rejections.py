"""Rows that are rejected because of an attribute."""

import pytest

from tasks.options import Options
from tests.attributes import attributes_of, rejections
from tests.imports import imported, outcome
from users_uc.models import Attribute, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("declared")]

UPSERT = Options(mode="upsert")


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
