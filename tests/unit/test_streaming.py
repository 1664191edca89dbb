"""The pace of streamed answers. tests/api/test_failed_rows_streams.py tests their budget."""

from collections.abc import Iterator
from threading import BoundedSemaphore

import pytest

from core.http import streaming
from core.http.streaming import StreamBudget


def test_a_stream_rests_twice_as_long_as_its_blocks_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time in which the client takes a block does not count."""
    now, rests = 0.0, list[float]()
    monkeypatch.setattr(streaming, "monotonic", lambda: now)
    monkeypatch.setattr(streaming, "sleep", rests.append)

    def blocks() -> Iterator[bytes]:
        nonlocal now
        for seconds in (1, 2, 3):
            now += seconds
            yield bytes([seconds])

    for _ in StreamBudget(BoundedSemaphore(1)).stream(1, blocks):
        now += 100
    assert rests == [2, 4, 6]
