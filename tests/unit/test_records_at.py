"""Records that are found by their lines are the records that a reader of the whole file finds."""

import gzip
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.codes import FileError
from tasks.reading import records
from tasks.reading.records import RecordReader
from tasks.reading.source import LineSource, count_lines
from tasks.reading.table import Table
from tasks.reading.unpacking import decompress

PIECES = ["a", ",", '"', "\n", "\r\n", "\r", " ", "é", '"x\ny"', '"x"y']
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def reader(text: bytes) -> RecordReader:
    return RecordReader(LineSource(BytesIO(text)), delimiter=",")


@given(TEXTS)
def test_the_lines_are_those_of_the_reader(text: str) -> None:
    data = text.encode()
    assert count_lines(data) == len(data.splitlines())


@given(TEXTS, st.data())
@pytest.mark.parametrize("skipped", [1, 7, 1000])
def test_each_record_is_found(skipped: int, text: str, data: st.DataObject) -> None:
    content = text.encode() + b'"'[: text.count('"') % 2]
    try:
        everything = list(reader(content).all(10))
    except FileError:
        return  # such a file is not imported
    wanted = data.draw(st.sets(st.sampled_from(range(len(everything))))) if everything else set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_SKIPPED", skipped)
        found = reader(content)
        for number in sorted(wanted):
            assert found.at_line(everything[number].line, within=10**6) == everything[number]


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("utf-8", False), ("windows-1252", False), ("utf-16-le", False), ("utf-8", True)],
)
def test_records_of_a_table_are_found(
    encoding: str, compress: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_SKIPPED", 100)
    rows = "".join(f'"é{number}\n",{number}\r\n' for number in range(200))
    content = f"email,name\n{rows}".encode(encoding)

    def table() -> Table:
        stream = BytesIO(gzip.compress(content) if compress else content)
        return Table(decompress(stream, "gzip") if compress else stream, encoding=encoding)

    everything = list(table().records())
    wanted = everything[3::50]
    lines = [record.line for record in wanted]
    assert list(table().records_at(lines, within=10**6)) == wanted


def test_the_search_ends_at_its_limit_and_at_the_end() -> None:
    content = b"email\n" + b"ann@x.com\n" * 100_000
    table = Table(BytesIO(content), encoding="utf-8")
    assert len(list(table.records_at([2, 90_000], within=0))) == 1
    table = Table(BytesIO(content), encoding="utf-8")
    assert len(list(table.records_at([2, 90_000, 100_001, 100_002], within=10**6))) == 3
