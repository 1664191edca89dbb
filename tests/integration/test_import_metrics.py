"""Metrics of imports that PostgreSQL provides."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from core.metrics.sources import Facts
from local.site import APP
from tasks.codes import FILE_CODES
from tasks.lifecycle import finish
from tasks.metrics import import_facts
from tasks.models import ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.imports import imported, make_job, open_chunk_numbers

pytestmark = pytest.mark.django_db
CONTENT = "email,name\nann@x.com,\nbad,\nbob@x.com,\n,Eve\nann@x.com,\neve@x.com,\n"


def sample_values(name: str, read: Facts = import_facts) -> dict[str, float]:
    """Return the samples of this name that are not zero, by their label values."""
    samples = [sample for metric in read() for sample in metric.samples if sample.name == name]
    return {",".join(s.labels.values()): s.value for s in samples if s.value}


def test_all_metrics_exist_before_the_first_import() -> None:
    names = {sample.name for metric in import_facts() for sample in metric.samples}
    assert names == {
        *("accounts_import_jobs", "accounts_import_rows_total"),
        *("accounts_import_phase_seconds_sum", "accounts_import_phase_seconds_count"),
        *("accounts_import_row_errors_total", "accounts_import_failures_total"),
        "accounts_import_oldest_waiting_seconds",
    }
    assert all(sample_values(name) == {} for name in names)


def test_rows_of_a_running_import_are_counted_as_they_are_loaded() -> None:
    job = make_job(CONTENT)
    plan.plan(job.id)
    assert sample_values("accounts_import_rows_total") == {"failed": 3}
    for number in open_chunk_numbers(job):
        load.load(job.id, number)
    loaded = {"created": 3, "failed": 3}
    assert sample_values("accounts_import_jobs") == {"PROGRESS": 1}
    assert sample_values("accounts_import_rows_total") == loaded
    finish.finish_job(job.id)
    assert sample_values("accounts_import_jobs") == {"SUCCESS": 1}
    assert sample_values("accounts_import_rows_total") == loaded
    imported("email\nann@x.com\nfay@x.com\n")
    expected = {"created": 4, "failed": 3, "skipped": 1}
    assert sample_values("accounts_import_rows_total") == expected


def test_rejected_rows_are_counted_by_code() -> None:
    job = imported(CONTENT)
    codes = {"invalid_email": 1, "missing_email": 1, "duplicate_in_file": 1}
    assert job.rejections == codes
    imported("email\nbad\n")
    assert sample_values("accounts_import_row_errors_total") == codes | {"invalid_email": 2}


def test_an_unknown_code_is_counted_as_other() -> None:
    job = imported(CONTENT)
    ImportJob.objects.filter(id=job.id).update(rejections={"of_old": 5})
    assert sample_values("accounts_import_row_errors_total") == {"other": 5}


def test_only_finished_phases_are_counted() -> None:
    job = make_job(CONTENT)
    name = "accounts_import_phase_seconds_count"
    assert sample_values(name) == {}
    plan.plan(job.id)
    assert sample_values(name) == {"waiting": 1, "planning": 1}
    imported(CONTENT)
    assert sample_values(name) == {"waiting": 2, "planning": 2, "loading": 1}
    assert sample_values("accounts_import_phase_seconds_sum").keys() == {
        "waiting",
        "planning",
        "loading",
    }


def test_a_job_that_fails_during_planning_has_a_planning_phase() -> None:
    imported('email\n"never closed')
    assert sample_values("accounts_import_failures_total") == {"unclosed_quote": 1}
    assert sample_values("accounts_import_jobs") == {"FAILURE": 1}
    assert sample_values("accounts_import_phase_seconds_count") == {"waiting": 1, "planning": 1}


def test_the_waiting_time_is_that_of_the_oldest_job() -> None:
    for minutes in (1, 3, 2):
        job = make_job(CONTENT)
        created = timezone.now() - timedelta(minutes=minutes)
        ImportJob.objects.filter(id=job.id).update(created_at=created)
    age = sample_values("accounts_import_oldest_waiting_seconds")[""]
    assert 180 <= age < 240


def test_the_file_codes_are_exactly_those_in_use() -> None:
    sources = "".join(path.read_text() for path in (APP / "tasks").rglob("*.py"))
    codes = re.findall(r'(?:FileError\(\s*|error_code=)"(\w+)"', sources)
    assert set(codes) == set(FILE_CODES)
