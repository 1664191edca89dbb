"""Imports of the same people at the same time, and requests among them."""

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from tasks.options import Options
from tasks.writing import load
from tests.imports import emails, imported, open_numbers, outcome, planned, run
from tests.threads import at_once
from users_uc.models import User

pytestmark = pytest.mark.django_db(transaction=True)

UPSERT = Options(mode="upsert")


def test_two_upserts_of_the_same_users_in_opposite_order_do_not_deadlock(
    settings: Settings,
) -> None:
    """Half of the people exist. Fails when people are inserted in another order than by e-mail."""
    settings.IMPORT_CHUNK_ROWS = 500
    people = [f"p{n:04d}@x.com" for n in range(2000)]
    imported("email\n" + "\n".join(people[::2]))
    jobs = [
        planned("email,name\n" + "".join(f"{p},{name}\n" for p in order), UPSERT)
        for name, order in (("up", people), ("down", people[::-1]))
    ]
    work = [(job, number) for job in jobs for number in open_numbers(job)]
    at_once(*[lambda j=job, n=number: load.load(j.id, n) for job, number in work])
    counts = [outcome(run(job)) for job in jobs]
    assert sum(c.get("created", 0) for c in counts) == 1000
    assert sum(c.get("updated", 0) for c in counts) == 3000
    assert User.objects.count() == 2000


def test_an_import_and_requests_for_the_same_users_lose_no_change(as_alice: APIClient) -> None:
    """An import gives names while requests give phones, in another order."""
    people = [User.objects.create_user(f"p{n:02d}@x.com") for n in range(20)]
    content = "email,name\n" + "".join(f"{person.email},N\n" for person in people)
    jobs = [planned(content.replace(",N", f",{name}"), UPSERT) for name in "ABABABABAC"]

    def patch_all() -> list[int]:
        addresses = [f"/api/users/{person.id}/" for person in reversed(people)]
        return [as_alice.patch(a, {"phone": "1"}).status_code for a in addresses]

    def load_all() -> None:
        for job in jobs:
            load.load(job.id, 1)

    assert at_once(patch_all, load_all)[0] == [200] * 20
    assert {(u.name, u.phone) for u in User.objects.filter(is_staff=False)} == {("C", "1")}
    assert [outcome(run(job)) for job in jobs] == [{"rows": 20, "updated": 20}] * 10


def test_two_concurrent_imports_create_each_user_once() -> None:
    content = "email\n" + "".join(f"p{n}@x.com\n" for n in range(2000))
    jobs = [planned(content, options) for options in (Options(), UPSERT)]
    at_once(*[lambda j=job: load.load(j.id, 1) for job in jobs])
    counts = [outcome(run(job)) for job in jobs]
    assert sum(c.get("created", 0) for c in counts) == 2000
    assert len(emails()) == 2000
