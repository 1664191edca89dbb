"""Migrations of existing rows."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tasks.codes import Message
from tasks.messages import job_error
from tasks.models import ImportJob

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def migrate(name: str | None) -> Apps:
    """Migrate the tasks app to this migration, or to the latest, and return its models then."""
    executor = MigrationExecutor(connection)
    leaf = next(node for node in executor.loader.graph.leaf_nodes() if node[0] == "tasks")
    target = [("tasks", name)] if name else [leaf]
    executor.migrate(target)
    return executor.loader.project_state(target).apps


@pytest.fixture
def _migrate_to_latest() -> Iterator[None]:
    yield
    migrate(None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_migrate_to_latest")
@pytest.mark.parametrize(("before", "after"), [(TRACE, TRACE), ("-", "-")])
def test_a_jobs_trace_id_survives_0002(before: str, after: str) -> None:
    old: Any = migrate("0001_initial").get_model("tasks", "ImportJob")
    job_id = uuid.uuid4()
    old.objects.create(
        id=job_id, file="f", file_name="f", file_size=1, sha256="", encoding="", delimiter=",",
        trace_id=before,
    )  # fmt: skip
    migrate(None)
    assert ImportJob.objects.get(id=job_id).trace_id == after


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_migrate_to_latest")
def test_errors_of_jobs_are_message_ids_after_0007() -> None:
    old: Any = migrate("0006_what_an_error_said").get_model("tasks", "ImportJob")
    fields = {"file": "f", "file_name": "f", "file_size": 1, "encoding": "", "delimiter": ","}
    line = "A quote opened in line {line} does not close until the end of the file."
    known, unknown = (
        old.objects.create(
            **fields, error_message=text, error_said={"template": text, "values": {"line": "7"}}
        )
        for text in (line, "Line {line} was worded by another version.")
    )
    migrate(None)
    job = ImportJob.objects.get(id=known.id)
    assert job.error_stored == {"id": "unclosed_quote", "params": {"line": "7"}}
    assert job_error(job) == str(Message("unclosed_quote", {"line": "7"}))
    assert job_error(ImportJob.objects.get(id=unknown.id)) == unknown.error_message
