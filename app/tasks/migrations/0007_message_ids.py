"""Errors of jobs are stored as a message id with parameters, no longer as an English sentence."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

IDS = {
    "Too many quotes before line {line} do not close in their cell; double the quotes that belong "
    "to a cell.": "too_many_quotes",
    "A quote opened in line {line} does not close within {limit} bytes.": "quote_too_long",
    "A quote opened in line {line} does not close until the end of the file.": "unclosed_quote",
    "Line {line} is longer than {limit} bytes.": "line_too_long",
    "A line is longer than {limit} bytes.": "some_line_too_long",
    "The zip archive uses an unusual method or feature; pack the CSV again with Deflate or "
    "gzip.": "zip_unsupported",
    "The file unpacks to more than {times} times its size; send it unpacked.": (
        "decompresses_too_large"
    ),
    "The {kind} file is damaged or cut off; pack the CSV again.": "compressed_file_damaged",
    "{failed} of {rows} rows were refused and on_error is abort: nothing was loaded. Correct these "
    "rows and send the file again.": "aborted",
    "{failed} of {rows} rows were refused and max_errors is {max_errors}: nothing was loaded. "
    "Correct these rows and send the file again.": "too_many_errors",
    "The stored file is gone; upload it again.": "file_missing",
    "The stored file is not whole; upload it again.": "file_damaged",
    "A prepared part of the file is damaged; upload the file again.": "chunk_damaged",
    "A prepared part of the file is gone or damaged; upload it again.": "chunk_unreadable",
    "The import was given up: planning it ended its worker each time. The logs say how.": (
        "planning_exhausted"
    ),
    "The import was given up: loading a part of it ended its worker each time. The logs say how.": (
        "loading_exhausted"
    ),
}
"""Every sentence that a Celery worker could store, and its id."""


def with_id(stored: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message by its id; without one the job's English text is shown."""
    if stored.get("template") not in IDS:
        return None
    return {"id": IDS[stored["template"]], "params": stored["values"]}


def store_ids(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rewrite the errors of all jobs that have one."""
    jobs = apps.get_model("tasks", "ImportJob").objects
    for job in jobs.filter(error_stored__has_key="template").iterator():
        job.error_stored = with_id(job.error_stored)
        job.save(update_fields=["error_stored"])


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_what_an_error_said")]

    operations = [
        migrations.AlterField(
            "importjob", "error_said", models.JSONField(db_column="error_said", null=True)
        ),
        migrations.RenameField("importjob", "error_said", "error_stored"),
        migrations.AlterField(
            "importjob", "refusals", models.JSONField(db_column="refusals", default=dict)
        ),
        migrations.RenameField("importjob", "refusals", "rejections"),
        migrations.RunPython(store_ids, migrations.RunPython.noop),
    ]
