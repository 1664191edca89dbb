"""GET imports/{task_id}/: access, number of queries, and ETag."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from tasks.lifecycle import finish
from tasks.lifecycle.cancel import cancel
from tasks.models import ImportJob
from tasks.planning import plan
from tasks.writing import load
from tests.api.answers import assert_error
from tests.conftest import client_of
from tests.imports import make_job
from users_uc.models import User

URL = "/api/v1/imports/"
CSV = "email\nann@x.com\nbad\nzoe@x.com\n"


def test_a_job_of_another_user_is_like_an_unknown_job(as_bob: APIClient, alice: User) -> None:
    alices = make_job(CSV, owner=alice)
    unknown = "00000000-0000-4000-8000-000000000000"
    answers = [as_bob.get(f"{URL}{task_id}/") for task_id in (alices.id, unknown)]
    for answer in answers:
        assert_error(answer, 404, "not_found")
    first, second = (answer.json()["error"] for answer in answers)
    assert first == second


def test_a_superuser_sees_every_job(as_alice: APIClient, bob: User) -> None:
    job = make_job(CSV, owner=bob)
    assert as_alice.get(f"{URL}{job.id}/").json()["task_id"] == str(job.id)


def test_a_user_who_may_no_longer_import_sees_their_own_jobs(bob: User) -> None:
    job = make_job(CSV, owner=bob)
    bob.set_can_import(allowed=False)
    assert client_of(bob).get(f"{URL}{job.id}/").status_code == 200


@pytest.mark.parametrize("task_id", ["1", "me", "0" * 32, "g" * 36])
def test_an_invalid_id_is_404(as_bob: APIClient, task_id: str) -> None:
    assert_error(as_bob.get(f"{URL}{task_id}/"), 404, "not_found")


@pytest.mark.parametrize(
    "sent",
    ["{etag}", "W/{etag}", '"other", {etag}', 'W/"other",W/{etag}'],
)
def test_a_known_etag_is_304_without_a_body(as_bob: APIClient, bob: User, sent: str) -> None:
    url = f"{URL}{make_job(CSV, owner=bob).id}/"
    etag = as_bob.get(url)["ETag"]
    answer = as_bob.get(url, HTTP_IF_NONE_MATCH=sent.format(etag=etag))
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == etag
    assert answer["Cache-Control"] == "private, no-cache"


def test_another_etag_is_200(as_bob: APIClient, bob: User) -> None:
    url = f"{URL}{make_job(CSV, owner=bob).id}/"
    assert as_bob.get(url, HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_the_etag_changes_with_every_step_and_only_then(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job(CSV, owner=bob)
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: plan.plan(job.id),
        lambda: load.load(job.id, 1),
        lambda: load.load(job.id, 2),
        lambda: finish.finish_job(job.id),
    ]
    etags = []
    for step in steps:
        step()
        etags += [as_bob.get(f"{URL}{job.id}/")["ETag"] for _ in range(2)]
    assert etags[::2] == etags[1::2]
    assert len(set(etags)) == len(steps)


@pytest.mark.parametrize(
    "change",
    [
        lambda job: ImportJob.objects.update(passwords=3),
        cancel,
        lambda job: ImportJob.objects.update(expired_at=timezone.now()),
    ],
    ids=["a warning", "cancelled", "expired"],
)
def test_the_etag_changes_with_the_document(
    as_bob: APIClient, bob: User, change: Callable[[ImportJob], object]
) -> None:
    job = make_job(CSV, owner=bob)
    before = as_bob.get(f"{URL}{job.id}/")
    change(job)
    after = as_bob.get(f"{URL}{job.id}/")
    assert after.json() != before.json()
    assert after["ETag"] != before["ETag"]


def test_time_alone_does_not_change_the_etag(
    as_bob: APIClient, bob: User, settings: Settings
) -> None:
    """Fails if the ETag covers speed or ETA: polling a running import would never be a 304."""
    settings.IMPORT_CHUNK_ROWS = 1
    job = make_job(CSV, owner=bob)
    plan.plan(job.id)
    load.load(job.id, 1)
    before = as_bob.get(f"{URL}{job.id}/")
    ImportJob.objects.update(planned_at=F("planned_at") - timedelta(hours=1))
    after = as_bob.get(f"{URL}{job.id}/")
    assert after.json()["progress"]["eta_seconds"] > before.json()["progress"]["eta_seconds"]
    assert after["ETag"] == before["ETag"]


def test_two_jobs_have_different_etags(as_bob: APIClient, bob: User) -> None:
    jobs = [make_job(CSV, owner=bob) for _ in range(2)]
    first, second = (as_bob.get(f"{URL}{job.id}/")["ETag"] for job in jobs)
    assert first != second


@pytest.mark.parametrize("known", [False, True])
def test_polling_costs_two_queries(
    as_bob: APIClient,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    known: bool,
) -> None:
    url = f"{URL}{make_job(CSV, owner=bob).id}/"
    etag = as_bob.get(url)["ETag"] if known else '"other"'
    with django_assert_num_queries(2):  # the token's user; the job with its sums and errors
        as_bob.get(url, HTTP_IF_NONE_MATCH=etag)
