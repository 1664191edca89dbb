"""Whether the processes of a release can go on while the next release migrates the database.

A migration only expands: it adds tables, columns that may be empty, and columns whose default is in
the database. A later release removes what is no longer used.
"""

from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django_migration_linter import MigrationLinter

from local.site import APP

pytestmark = pytest.mark.django_db

LAST_RELEASED: Final = {"tasks": "0006", "users_uc": "0003"}
"""The migrations of 1.0.0. Whoever upgrades from an earlier release stops the service."""
REVIEWED: Final = {
    (
        "tasks",
        "0017_row_error_attribute_columns",
    ): "The column only gets longer, and no prepared statement reads it.",
    ("tasks", "0019_importjob_corrects"): "The table of imports is small, so writes wait briefly.",
    (
        "tasks",
        "0021_importjob_client_reference",
    ): "The table of imports is small, so writes wait briefly.",
    (
        "users_uc",
        "0007_user_longer_password",
    ): "The column only gets longer, and prepared statements are ended.",
    (
        "users_uc",
        "0010_user_external_id",
    ): "A new column: writes wait while it is indexed.",
    ("users_uc", "0012_attributes"): "The index is that of a new table.",
}
"""What the linter reports, and why the previous release survives it."""


def reported(app: str, name: str) -> bool:
    """Return whether the linter reports an error or a warning for a migration."""
    linter = MigrationLinter(no_cache=True, no_output=True, all_warnings_as_errors=True)
    linter.lint_all_migrations(app, name)
    return linter.has_errors


def unreleased() -> list[tuple[str, str]]:
    """Return the project's migrations since the last release."""
    keys = MigrationLinter(no_cache=True, no_output=True).migration_loader.disk_migrations
    own = [app.label for app in apps.get_app_configs() if APP in Path(app.path).parents]
    return [
        (app, name) for app, name in keys if app in own and name[:4] > LAST_RELEASED.get(app, "")
    ]


def test_the_previous_release_survives_each_new_migration() -> None:
    assert {key for key in unreleased() if reported(*key)} == set(REVIEWED)


def test_the_migrations_of_each_app_are_checked() -> None:
    folders = {path.parent.parent.name for path in APP.glob("*/migrations/0*.py")}
    assert {app for app, _ in unreleased()} == folders


def test_a_renamed_column_is_reported() -> None:
    assert reported("tasks", "0002_importjob_traceparent")
