"""Declared attributes of each type, for tests of imports."""

from typing import Any

from tasks.models import ImportJob, ImportRowError
from users_uc.models import Attribute, User


def declare() -> None:
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


def require_department() -> None:
    """Make the department required."""
    Attribute.objects.filter(name="department").update(required=True)


def attributes_of(email: str = "a@x.com") -> dict[str, Any]:
    """Return the values of a user."""
    values: dict[str, Any] = User.objects.get(email=email).attributes
    return values


def rejections(job: ImportJob) -> list[tuple[int, str, str, str, str]]:
    """Return the line, column, code, detail and value of each rejected row that is kept."""
    errors = ImportRowError.objects.filter(job=job).order_by("record")
    return list(errors.values_list("line", "column", "code", "detail", "value"))
