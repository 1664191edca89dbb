"""The corpus of benchmarks.encodings, which is also the standard that the detection must meet."""

import pytest

from benchmarks.encodings import WESTERN, samples, this_service
from tasks.reading.guessing import DEFAULT


def test_the_encoding_of_files_with_50_rows_is_recognised() -> None:
    files = list(samples(50, files=3))
    wrong = [
        (file.language, file.encoding)
        for file in files
        if not file.is_read_by(this_service(file.data))
    ]
    assert len({file.encoding for file in files}) >= 16
    assert len(wrong) <= len(files) * 0.05, wrong


@pytest.mark.parametrize("rows", [1, 2, 5, 50])
def test_no_western_file_is_read_worse_than_as_windows_1252(rows: int) -> None:
    """Fails if a few names are enough for another encoding, such as `Zoë` for Windows-1257."""
    files = [file for file in samples(rows, files=20) if file.language in WESTERN]
    worse = [
        (file.text, this_service(file.data))
        for file in files
        if file.is_read_by(DEFAULT) and not file.is_read_by(this_service(file.data))
    ]
    assert worse == []
