"""A few rows of many large frames keep little memory."""

import uuid
from collections.abc import Callable

import polars as pl
import psutil
import pytest

from core.frames import compacted
from tasks.lifecycle.rejected_rows import RejectedRows
from tasks.reading import rejections

FRAMES, MEGABYTES = 100, 4


def frame_with_large_texts(number: int) -> pl.DataFrame:
    """Return a row of a frame of MEGABYTES, as a batch with one rejected row has it."""
    records = pl.Series("record", range(number, number + MEGABYTES * 10_000), dtype=pl.Int64)
    texts = records.cast(pl.String) + "x" * 100
    rows = pl.DataFrame(dict.fromkeys(rejections.SCHEMA, texts) | {"record": records})
    value = pl.col("value").str.slice(0, 50)
    return rows.filter(pl.col("record") == number + 7).with_columns(value, line=pl.col("record"))


def keep_compacted(kept: list[object], row: pl.DataFrame) -> None:
    kept.append(compacted(row))


def keep_rejected(kept: list[object], row: pl.DataFrame) -> None:
    if not kept:
        kept.append(RejectedRows(uuid.uuid4(), room=1000))
    writer = kept[0]
    assert isinstance(writer, RejectedRows)
    writer.add(row)


@pytest.mark.parametrize("keep", [keep_compacted, keep_rejected])
def test_a_kept_row_does_not_keep_its_frame(
    keep: Callable[[list[object], pl.DataFrame], None],
) -> None:
    """Fails with more than a gigabyte if each row keeps the texts of its frame."""
    process = psutil.Process()
    kept: list[object] = []
    keep(kept, frame_with_large_texts(0))
    before = process.memory_info().rss
    for number in range(FRAMES):
        keep(kept, frame_with_large_texts(number))
    grown = process.memory_info().rss - before
    assert grown < FRAMES * MEGABYTES * 1_000_000 / 4
