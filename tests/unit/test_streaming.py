"""The pace of streamed answers. tests/api/test_failed_rows_streams.py tests their budget."""

from collections.abc import Iterator
from threading import BoundedSemaphore
from time import thread_time

import pytest

from core.http import streaming
from core.http.streaming import StreamBudget


def test_a_stream_rests_twice_as_long_as_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    rests = list[float]()
    monkeypatch.setattr(streaming, "sleep", rests.append)
    used = list[float]()

    def blocks() -> Iterator[bytes]:
        for number in range(3):
            before = thread_time()
            while thread_time() - before < 0.01:
                pass
            used.append(thread_time() - before)
            yield bytes([number])

    stream = StreamBudget(BoundedSemaphore(1)).stream(1, blocks)
    assert b"".join(stream) == bytes(range(3))
    assert len(rests) == 3
    assert 2 * sum(used) <= sum(rests) < 2 * sum(used) + 0.02
