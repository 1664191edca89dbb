"""Numbers of rows that bound memory."""

import pytest

from tasks.planning.width import fewer_if_wide


@pytest.mark.parametrize(
    ("columns", "rows"), [(1, 1000), (7, 1000), (14, 500), (70, 100), (100_000, 1)]
)
def test_wide_frames_have_fewer_rows(columns: int, rows: int) -> None:
    assert fewer_if_wide(1000, columns=columns) == rows
