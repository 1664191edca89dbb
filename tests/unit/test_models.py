"""Names of models, as the admin shows them."""

from uuid import UUID

import pytest
from django.db.models import Model

from tasks.models import ImportChunk, ImportJob, ImportRowError
from users_uc.models import Attribute, RefreshFamily, User

ID = UUID(int=1)
JOB = ImportJob(id=ID, file_name="people.csv")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (User(email="ann@x.com", name="Ann"), "ann@x.com"),
        (Attribute(name="department"), "department"),
        (RefreshFamily(id=ID), f"{ID}"),
        (JOB, "people.csv (PENDING)"),
        (ImportChunk(job=JOB, number=2), f"{ID}/2 (open)"),
        (ImportRowError(job=JOB, line=3, code="invalid_email"), f"{ID} line 3: invalid_email"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_model_has_a_readable_name(model: Model, name: str) -> None:
    assert str(model) == name


@pytest.mark.parametrize(("name", "expected"), [("Ann", "Ann"), ("", "ann@x.com")])
def test_a_user_without_a_name_is_shown_by_e_mail_address(name: str, expected: str) -> None:
    user = User(email="ann@x.com", name=name)
    assert (user.get_full_name(), user.get_short_name()) == (expected, expected)
