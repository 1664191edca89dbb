"""Metrics of imports, read from PostgreSQL at each scrape. They survive every process."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from prometheus_client import Metric
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    SummaryMetricFamily,
)

from tasks.codes import FILE_CODES, ROW_MESSAGES
from tasks.models import ImportChunk, ImportJob

OUTCOMES = (*ImportChunk.OUTCOMES, "failed", "not_loaded")
PHASES = ("waiting", "planning", "loading")
_OTHER = "other"

# One statement counts a job that ends at this moment once: by its chunks or by its totals.
_TOTALS = """
SELECT 'jobs' AS what, status, count(*) AS jobs,
       sum(created) AS created, sum(updated) AS updated, sum(unchanged) AS unchanged,
       sum(skipped) AS skipped, sum(failed) AS failed, sum(not_loaded) AS not_loaded,
       count(plan_ended) AS waiting_count, count(plan_ended) AS planning_count,
       count(load_ended) AS loading_count,
       sum(extract(epoch FROM greatest(plan_began - created_at, '0'))) AS waiting_sum,
       sum(extract(epoch FROM greatest(plan_ended - plan_began, '0'))) AS planning_sum,
       sum(extract(epoch FROM greatest(load_ended - planned_at, '0'))) AS loading_sum
FROM (SELECT *, coalesce(planned_at, finished_at) AS plan_ended,
             CASE WHEN coalesce(planned_at, finished_at) IS NOT NULL THEN started_at END
                 AS plan_began,
             CASE WHEN planned_at IS NOT NULL THEN finished_at END AS load_ended
      FROM tasks_importjob) AS job
GROUP BY status
UNION ALL
SELECT 'chunks', NULL, 0, sum(chunk.created), sum(chunk.updated), sum(chunk.unchanged),
       sum(chunk.skipped), 0, 0, 0, 0, 0, 0, 0, 0
FROM tasks_importchunk AS chunk JOIN tasks_importjob AS job ON job.id = chunk.job_id
WHERE job.status = 'PROGRESS'
"""

_REJECTED_ROWS = """
SELECT code, sum(number::bigint)
FROM tasks_importjob, jsonb_each_text(refusals) AS rejected (code, number)
WHERE refusals <> '{}' GROUP BY code
"""

_FAILURES = """
SELECT error_code, count(*) FROM tasks_importjob WHERE status = 'FAILURE' GROUP BY error_code
"""

_OLDEST = """
SELECT extract(epoch FROM clock_timestamp() - min(created_at))
FROM tasks_importjob WHERE status = 'PENDING'
"""


def import_facts() -> Iterable[Metric]:
    """Yield jobs, rows, phases, errors, and the age of the oldest job that waits."""
    totals = _rows(_TOTALS)
    yield _jobs(totals)
    yield _outcomes(totals)
    yield _phases(totals)
    text = "Rejected rows by error code."
    yield _by_code("accounts_import_row_errors", text, _rows(_REJECTED_ROWS), ROW_MESSAGES)
    text = "Failed imports by error code."
    yield _by_code("accounts_import_failures", text, _rows(_FAILURES), FILE_CODES)
    text = "Age of the oldest import that no worker has begun; 0 if no import waits."
    (oldest,) = _rows(_OLDEST)[0].values()
    yield GaugeMetricFamily(
        "accounts_import_oldest_waiting_seconds", text, value=max(float(oldest or 0), 0)
    )


def _rows(statement: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _total(rows: Iterable[Mapping[str, Any]], name: str) -> float:
    return float(sum(row[name] or 0 for row in rows))


def _jobs(totals: list[dict[str, Any]]) -> Metric:
    jobs = GaugeMetricFamily("accounts_import_jobs", "Imports by state.", labels=["status"])
    for status in ImportJob.Status.values:
        jobs.add_metric([status], _total((t for t in totals if t["status"] == status), "jobs"))
    return jobs


def _outcomes(totals: list[dict[str, Any]]) -> Metric:
    text = "Rows by outcome, those of running imports included."
    rows = CounterMetricFamily("accounts_import_rows", text, labels=["outcome"])
    for outcome in OUTCOMES:
        rows.add_metric([outcome], _total(totals, outcome))
    return rows


def _phases(totals: list[dict[str, Any]]) -> Metric:
    text = "Time that imports waited for their plan, were planned and were loaded."
    phases = SummaryMetricFamily("accounts_import_phase_seconds", text, labels=["phase"])
    for phase in PHASES:
        count, seconds = _total(totals, f"{phase}_count"), _total(totals, f"{phase}_sum")
        phases.add_metric([phase], count_value=int(count), sum_value=seconds)
    return phases


def _by_code(
    name: str, text: str, counts: list[dict[str, Any]], known: Iterable[str]
) -> CounterMetricFamily:
    """Return the counts of all known codes, zeros included, and of the others together.

    With the zeros, the first error of a code is an increase that Prometheus can see.
    """
    by_code = dict.fromkeys([*known, _OTHER], 0)
    for code, count in (row.values() for row in counts):
        by_code[code if code in by_code else _OTHER] += int(count)
    family = CounterMetricFamily(name, text, labels=["code"])
    for code, count in by_code.items():
        family.add_metric([code], count)
    return family
