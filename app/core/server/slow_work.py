"""The threads of a web process that slow requests may hold together.

Downloads and costly password hashes each could hold all threads. One budget for both leaves most of
the threads to other requests.
"""

from threading import BoundedSemaphore
from typing import Final

from core.server import sizing

PLACES: Final = BoundedSemaphore(max(1, sizing.THREADS // 8))
