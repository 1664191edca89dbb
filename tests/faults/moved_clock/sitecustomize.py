"""Python under libfaketime 0.9.10, which refuses to sleep by a clock that it does not move."""

import select
import time
from typing import Any


def _sleep(seconds: Any) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
