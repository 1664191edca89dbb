"""The threads of a web process that slow requests may hold together.

Downloads and costly password hashes each could hold all threads, and two budgets of their own
together still could.
"""

from threading import BoundedSemaphore
from typing import Final

from core.server import sizing

PLACES: Final = BoundedSemaphore(max(1, sizing.THREADS // 2))
