"""Concurrent imports of the same users, and requests that change these users."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.options import Options
from tasks.writing import load
from tests.imports import emails, imported, open_chunk_numbers, outcome, planned_job, run
from tests.threads import run_concurrently
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")


def test_two_upserts_of_the_same_users_in_opposite_order_do_not_deadlock(
    settings: Settings,
) -> None:
    """Half of the users exist. Fails if users are not inserted in the order of their addresses."""
    settings.IMPORT_CHUNK_ROWS = 500
    users = [f"p{n:04d}@x.com" for n in range(2000)]
    imported("email\n" + "\n".join(users[::2]))
    jobs = [
        planned_job("email,name\n" + "".join(f"{p},{name}\n" for p in order), UPSERT)
        for name, order in (("up", users), ("down", users[::-1]))
    ]
    work = [(job, number) for job in jobs for number in open_chunk_numbers(job)]
    run_concurrently(*[lambda j=job, n=number: load.load(j.id, n) for job, number in work])
    counts = [outcome(run(job)) for job in jobs]
    assert sum(c.get("created", 0) for c in counts) == 1000
    assert sum(c.get("updated", 0) for c in counts) == 3000
    assert User.objects.count() == 2000


def test_an_import_and_requests_for_the_same_users_lose_no_change(as_alice: APIClient) -> None:
    """The import sets names while the requests set phones, in the opposite order."""
    users = [User.objects.create_user(f"p{n:02d}@x.com") for n in range(20)]
    content = "email,name\n" + "".join(f"{user.email},N\n" for user in users)
    jobs = [planned_job(content.replace(",N", f",{name}"), UPSERT) for name in "ABABABABAC"]

    def patch_all() -> list[int]:
        urls = [f"/api/v1/users/{user.id}/" for user in reversed(users)]
        return [as_alice.patch(url, {"phone": "1"}).status_code for url in urls]

    def load_all() -> None:
        for job in jobs:
            load.load(job.id, 1)

    assert run_concurrently(patch_all, load_all)[0] == [200] * 20
    assert {(u.name, u.phone) for u in User.objects.filter(is_staff=False)} == {("C", "1")}
    assert [outcome(run(job)) for job in jobs] == [{"rows": 20, "updated": 20}] * 10


def test_two_concurrent_imports_create_each_user_once() -> None:
    content = "email\n" + "".join(f"p{n}@x.com\n" for n in range(2000))
    jobs = [planned_job(content, options) for options in (Options(), UPSERT)]
    run_concurrently(*[lambda j=job: load.load(j.id, 1) for job in jobs])
    counts = [outcome(run(job)) for job in jobs]
    assert sum(c.get("created", 0) for c in counts) == 2000
    assert len(emails()) == 2000
