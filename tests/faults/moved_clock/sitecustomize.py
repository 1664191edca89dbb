"""A sleep for Python under libfaketime 0.9.10, whose own sleep fails with an unmoved clock."""

import select
import time
from typing import Any


def _sleep(seconds: Any) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
