"""The garbage collector, which is off while a process starts."""

import gc


def test_it_is_on_after_the_start_and_skips_the_modules() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000
