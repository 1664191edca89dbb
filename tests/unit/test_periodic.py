"""When beat does what is periodic."""

from datetime import timedelta

import pytest

from core.celery import app
from core.periodic import Every


@pytest.mark.parametrize(
    ("last_run", "is_due"),
    [(-11, True), (-9, False), (3600, True)],
    ids=["long ago", "just now", "before the clock was set back"],
)
def test_what_is_due(last_run: int, is_due: bool) -> None:
    every = Every(timedelta(seconds=10))
    due, again = every.is_due(app.now() + timedelta(seconds=last_run))
    assert due is is_due
    assert 0 < again <= 10
