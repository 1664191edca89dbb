"""Fixtures of the tests on real PostgreSQL and Valkey."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from redis import Redis

from core.redis import queue_url
from users_uc.models import Attribute


@pytest.fixture
def queue() -> Iterator[Redis]:
    """Yield a client of the broker's database, which is empty before and after the test."""
    with Redis.from_url(queue_url(settings.REDIS_URL), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def declared(transactional_db: None) -> None:
    """Declare an attribute of each type."""
    Attribute.objects.create(
        name="department", type="choice", choices=["Sales", "Legal"], headers=["Abteilung"],
        label_pt_br="Departamento",
    )  # fmt: skip
    for name, type_ in {
        "floor": "integer", "quota": "decimal", "remote": "boolean", "since": "date",
        "notes": "text",
    }.items():  # fmt: skip
        Attribute.objects.create(name=name, type=type_)


@pytest.fixture
def required(declared: None) -> None:
    """Make the department required."""
    Attribute.objects.filter(name="department").update(required=True)
