"""Jobs of a later version, whose options and codes this version does not know."""

import pytest
from rest_framework.test import APIClient

from tasks.models import ImportJob
from tasks.options import Options
from tests.conftest import client_of
from tests.imports import emails, make_job, planned_job, run
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = "email\na@x.com\nbad\n"
LATER = [
    {"deduplicate": "name"},
    {"mode": "replace"},
    {"dry_run": "planned"},
    {"on_error": ["a"]},
    {"max_errors": "5/chunk"},
    {"max_errors": 5},
    {"delimiter": "::"},
    {"encoding": "utf-7"},
    {"encoding": 1252},
    {"sheet": ["Users"]},
    {"columns": {"Nick": "nickname"}},
    {"columns": {"Nick": ["name"]}},
    {"columns": ["email"]},
    {"columns": {"Nick": "attributes."}},
    {"update": ["name", "attributes.Nick name"]},
    {"update": ["password"]},
    {"clear_with": 1},
    {"date_order": "ymd"},
    {"date_order": ["dmy"]},
    {"invite": "later"},
    {"must_change_password": 1},
    {"notify": "later"},
    {"client_reference": 17},
    {"language": None},
]


def with_options(job: ImportJob, **options: object) -> ImportJob:
    """Store the options as a later version does, beside those of this version."""
    job.options |= options
    job.save()
    return job


@pytest.fixture
def superuser(alice: User) -> APIClient:
    """Return a client that shows every exception as a 500."""
    client = client_of(alice)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("later", LATER)
def test_a_job_with_an_unknown_option_fails_before_it_is_planned(later: dict[str, object]) -> None:
    job = run(with_options(make_job(CONTENT), **later))
    assert (job.status, job.error_code, job.attempts) == ("FAILURE", "unknown_option", 1)
    assert f"does not have: {next(iter(later))}." in job.error_message
    assert emails() == []
    assert not job.chunks.exists()


@pytest.mark.parametrize("later", LATER)
def test_the_chunks_of_a_planned_job_fail(later: dict[str, object]) -> None:
    job = run(with_options(planned_job(CONTENT), **later))
    assert (job.status, job.error_code) == ("FAILURE", "unknown_option")
    assert f"does not have: {next(iter(later))}." in job.error_message
    assert (job.rows, job.failed, job.not_loaded) == (2, 1, 1)
    assert list(job.chunks.values_list("state", "error_code")) == [("failed", "unknown_option")]
    assert emails() == []


@pytest.mark.parametrize("later", LATER)
def test_the_options_are_shown(superuser: APIClient, later: dict[str, object]) -> None:
    job = run(with_options(planned_job(CONTENT), **later))
    document = superuser.get(f"/api/v1/imports/{job.id}/").json()
    assert document["options"] == Options().as_json() | later
    assert document["error"]["code"] == "unknown_option"
    (entry,) = superuser.get("/api/v1/imports/").json()["results"]
    assert entry["status"] == "FAILURE"
    answer = superuser.get(f"/api/v1/imports/{job.id}/rejected-rows.csv")
    assert "bad" in answer.getvalue().decode()


def test_a_row_with_an_unknown_code_is_shown(superuser: APIClient) -> None:
    job = run(planned_job(CONTENT))
    job.row_errors.update(code="too_young")
    url = f"/api/v1/imports/{job.id}/"
    for errors in (
        superuser.get(url).json()["errors"],
        superuser.get(f"{url}rows/").json()["results"],
    ):
        (error,) = errors
        assert error["code"] == "too_young"
        assert "later version" in error["message"]
    rows = superuser.get(f"{url}rejected-rows.csv").getvalue().decode()
    assert "too_young" in rows
    assert "later version" in rows
