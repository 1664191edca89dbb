"""Results of imports with attributes."""

from typing import Any

from tasks.models import ImportJob, ImportRowError
from users_uc.models import User


def attributes_of(email: str = "a@x.com") -> dict[str, Any]:
    values: dict[str, Any] = User.objects.get(email=email).attributes
    return values


def rejections(job: ImportJob) -> list[tuple[int, str, str, str, str]]:
    errors = ImportRowError.objects.filter(job=job).order_by("record")
    return list(errors.values_list("line", "column", "code", "detail", "value"))
