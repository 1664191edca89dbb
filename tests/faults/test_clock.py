"""The wall clock jumps in every process at once; libfaketime moves it."""

import os
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.failpoints import COPYING, killed
from tests.faults.judge import judge

LIBRARY = os.environ.get("FAKETIME_LIBRARY")
PATCHED = Path(__file__).parent / "moved_clock"


@pytest.mark.skipif(not LIBRARY, reason="there is no libfaketime")
@pytest.mark.parametrize("jump", ["+1h", "-1h"])
def test_30_the_clock_jumps(start: Start, tmp_path: Path, jump: str) -> None:
    """While a message is lost, so that only what goes by the clock brings it back."""
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    system = start(
        LD_PRELOAD=str(LIBRARY),
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
    killed(loader)
    system.api.login()  # the token is expired, or is not yet
    later = system.api.upload(system.people_file(3000, seed=2, prefix="later"))
    judge(system, upload, later)
