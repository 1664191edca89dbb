"""Constants of the traced upload."""

from tasks.lifecycle.enqueue import TRACED_CHUNKS

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CHUNKS = TRACED_CHUNKS + 4
"""Four chunks more than one trace covers."""
