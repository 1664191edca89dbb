"""The signal of ended imports, which is sent in the transaction that ends the job."""

from django.dispatch import Signal

import_finished = Signal()
"""Has the argument `job`, with its final state and counts."""
