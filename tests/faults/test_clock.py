"""Jumps of the wall clock in all processes at once, made with libfaketime."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING, kill
from tests.faults.judge import judge

LIBRARY = os.environ.get("FAKETIME_LIBRARY")
PATCHED = Path(__file__).parent / "moved_clock"


@pytest.fixture
def clock() -> Iterator[Path]:
    """Return the file with the offset for libfaketime, which PostgreSQL's user can read too."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(str(LIBRARY), folder / "libfaketime.so")
        clock = folder / "clock"
        clock.write_text("+0\n")
        yield clock


@pytest.mark.skipif(not LIBRARY, reason="there is no libfaketime")
@pytest.mark.parametrize(
    "is_frozen",
    [
        pytest.param(False, id="killed"),
        pytest.param(True, id="frozen", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("jump", [pytest.param("+1h", marks=pytest.mark.long), "-1h"])
def test_30_the_clock_jumps(start: Start, clock: Path, jump: str, is_frozen: bool) -> None:
    """The clock jumps after the queue is lost, so that only `recover` can publish the work again.

    The stopped loader is killed after the jump, or stays frozen until the end.
    """
    system = start(
        LD_PRELOAD=str(clock.with_name("libfaketime.so")),
        PYTHONPATH=str(PATCHED),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    system.failpoints.arm(COPYING)
    upload = system.api.upload(system.people_file(3000))
    loader = system.failpoints.reached(COPYING)
    with system.redis() as redis:
        redis.flushall()
    clock.write_text(f"{jump}\n")
    now = system.number("SELECT extract(epoch FROM now())")
    assert abs(abs(now - time.time()) - 3600) < 60
    if not is_frozen:
        kill(loader)
    system.api.login()  # the token is expired, or not valid yet
    later = system.api.upload(system.people_file(3000, seed=2, prefix="later"))
    judge(system, upload, later)
    if is_frozen:
        loader.resume()
        judge(system, upload, later)
