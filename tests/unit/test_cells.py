"""Cells of records: quotes, blanks around them, and quotes inside."""

from io import BytesIO

import pytest

from tasks.reading.table import Table

Row = tuple[str, ...]


def rows_and_codes(body: str, delimiter: str, *, fast: bool) -> tuple[list[Row], list[str]]:
    """Return the name and the phone of each row, and the code of each rejection."""
    data = f"email,name,phone\n{body}".replace(",", delimiter).encode()
    table = Table(BytesIO(data), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(Table, "_fast", lambda *_: None)
        batches = list(table.batches())
    codes = [code for batch in batches for code in batch.rejected["code"]]
    return [row[3:] for batch in batches for row in batch.rows.rows()], codes


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (' "Ann", "1"', ("Ann", "1")),
        (' "Lee, Ann", "1"', ("Lee, Ann", "1")),
        ('"Ann" ,"1" ', ("Ann", "1")),
        ('  "Ann"  ,  1', ("Ann", "  1")),
        ('\xa0"Ann"\xa0,\xa0"1"', ("Ann", "1")),
        (' "",""', ("", "")),
        (' " Ann ", 1', (" Ann ", " 1")),
        (' "Ann ""Annie"" Lee", 1', ('Ann "Annie" Lee', " 1")),
        (' "Lee,\nAnn" , "1"', ("Lee,\nAnn", "1")),
        ('Ann "Annie" Lee,1', ('Ann "Annie" Lee', "1")),
        ('5" pipe,1', ('5" pipe', "1")),
        ('5" pipe,6"', ('5" pipe', '6"')),
        ('5" x 3" pipe,6" hose', ('5" x 3" pipe', '6" hose')),
        ('O"Neil,1', ('O"Neil', "1")),
        ('Ann "Annie,"1"', ('Ann "Annie', "1")),
        ('5" pipe,"1"', ('5" pipe', "1")),
        ('Ann """", 1', ('Ann """"', " 1")),
    ],
)
def test_quotes_belong_to_a_cell_or_enclose_it(
    cells: str, expected: Row, delimiter: str, *, fast: bool
) -> None:
    """Fails when a quote behind a blank is a letter, or when the readers disagree."""
    body = f'a@x.com,{cells}\nb@x.com,"Bo",2\n'
    expected = tuple(cell.replace(",", delimiter) for cell in expected)
    assert rows_and_codes(body, delimiter, fast=fast) == ([expected, ("Bo", "2")], [])


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (' "Lee, Ann"', "too_few_columns"),
        (' "Ann" Lee,1', "invalid_quoting"),
        (' "Ann" "Lee",1', "invalid_quoting"),
        ('Dr "Lee, Ann"', "invalid_quoting"),
        ('Dr"Lee, Ann"', "invalid_quoting"),
        ('Dr " Lee, Ann "', "invalid_quoting"),
        ('Suite "5, 6"', "invalid_quoting"),
        ('5" "Lee, Ann"', "invalid_quoting"),
        ('Dr "Lee, Ann" 6"', "invalid_quoting"),
        ('Dr "Lee, Ann, Bo"', "invalid_quoting"),
        ('$48.00"Throw Pillow, Paddles"', "invalid_quoting"),
        ('{"a": 1, "b": 2}', "invalid_quoting"),
    ],
)
def test_quotes_that_may_enclose_a_delimiter_reject_the_row(
    cells: str, code: str, *, fast: bool
) -> None:
    body = f'a@x.com,{cells}\nb@x.com,"Bo",2\n'
    assert rows_and_codes(body, ",", fast=fast) == ([("Bo", "2")], [code])


@pytest.mark.parametrize(
    "header",
    [
        '"email", "name"',
        ' "email" ,name',
        'email,\xa0"name"',
        'email\t,"name"',
        '"email" , "name" ',
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_a_quoted_header_may_have_blanks_around_its_quotes(header: str, delimiter: str) -> None:
    """Fails when such a header loses its columns, or decides another delimiter."""
    data = f'{header}\n"a@x.com", "Lee, Ann"\n'.replace(",", delimiter).encode()
    table = Table(BytesIO(data), encoding="utf-8")
    assert table.dialect.delimiter == delimiter
    rows = [row[2:] for batch in table.batches() for row in batch.rows.rows()]
    assert rows == [("a@x.com", f"Lee{delimiter} Ann")]


def test_a_header_whose_quotes_may_enclose_a_delimiter_is_refused() -> None:
    with pytest.raises(Exception, match="quotes in the header"):
        Table(BytesIO(b'email,Name "last, first"\na@x.com,Ann,Lee\n'), encoding="utf-8")


def test_quotes_behind_blanks_are_read_by_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when such a file is read record by record, which only the speed would show."""
    monkeypatch.setattr(Table, "_exact", None)
    body = 'a@x.com, "Lee, Ann" , "1"\nb@x.com,Bo,2\n\n'
    assert rows_and_codes(body, ",", fast=True) == ([("Lee, Ann", "1"), ("Bo", "2")], [])
