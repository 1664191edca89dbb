"""Data frames of Polars."""

import polars as pl


def compacted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a copy of the rows that shares no memory with other frames.

    A filtered frame keeps all texts of the frame that it comes from. The oldest level of IPC copies
    only its own ones.
    """
    buffer = rows.write_ipc(None, compat_level=pl.CompatLevel.oldest())
    buffer.seek(0)
    return pl.read_ipc(buffer)
