"""django-import-export with its fastest settings: bulk mode, no diffs and no look-ups."""

from pathlib import Path

from import_export.resources import ModelResource
from tablib import Dataset

from users_uc.models import User


class UserResource(ModelResource):  # type: ignore[misc]
    """The resource with the settings of "Performance tuning" in its documentation."""

    class Meta:
        model = User
        fields = ("email", "name", "phone")
        import_id_fields = ("email",)
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        force_init_instance = True


def load(path: Path) -> None:
    """Import the file. All users must be new, because there are no look-ups."""
    with path.open(encoding="utf-8", newline="") as file:
        dataset = Dataset().load(file, format="csv")
    UserResource().import_data(dataset, raise_errors=True)
