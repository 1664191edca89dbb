"""Splitting a record into cells, character by character."""

from collections.abc import Sequence

BLANKS = {" ", "\t", "\xa0"}


class FileError(Exception):
    """An error because of which no row of the file is imported; `code` is its error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StrayQuoteError(Exception):
    """A quote that is closed in the middle of a cell, or that may enclose a delimiter."""


def split(lines: Sequence[str], start: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the record that begins at this line, and its number of lines."""
    if '"' not in lines[start]:
        return lines[start].rstrip("\r\n").split(delimiter), 1
    cells: list[str] = []
    unquoted: list[str] = []
    row, at = start, 0
    while True:
        text = ""
        first = _behind_blanks(lines[row], at, delimiter)
        if lines[row][first : first + 1] == '"':
            text, row, at = _quoted(lines, row, first + 1)
            at = _behind_blanks(lines[row], at, delimiter)
            if lines[row][at : at + 1] not in {"", delimiter, "\r", "\n"}:
                raise StrayQuoteError
        else:
            while lines[row][at : at + 1] not in {"", delimiter, "\r", "\n"}:
                text += lines[row][at]
                at += 1
            unquoted += [text] * ('"' in text)
        cells.append(text)
        if lines[row][at : at + 1] != delimiter:
            break
        at += 1
    if _quotes_may_enclose_a_delimiter(unquoted):
        raise StrayQuoteError
    return cells, row - start + 1


def _behind_blanks(line: str, at: int, delimiter: str) -> int:
    while line[at : at + 1] in BLANKS - {delimiter}:
        at += 1
    return at


def _quoted(lines: Sequence[str], row: int, at: int) -> tuple[str, int, int]:
    """Return the text of a quoted cell, and the row and the position behind its last quote."""
    text = ""
    while True:
        if at == len(lines[row]):
            row, at = row + 1, 0
            if row == len(lines):
                raise FileError("unclosed_quote")
        elif lines[row][at] != '"':
            text += lines[row][at]
            at += 1
        elif lines[row][at + 1 : at + 2] == '"':
            text += '"'
            at += 2
        else:
            return text, row, at + 1


def _quotes_may_enclose_a_delimiter(unquoted: Sequence[str]) -> bool:
    """Return whether a quote is open at the end of a cell, and closed in a later one."""
    for at, cell in enumerate(unquoted):
        is_open = _quotes(cell, inches=False) % 2 == 1
        for later in unquoted[at + 1 :]:
            counts = (_quotes(later, inches=True), _quotes(later, inches=False))
            if is_open and any(count % 2 == 1 for count in counts):
                return True
    return False


def _quotes(cell: str, *, inches: bool) -> int:
    """Return the number of quotes, with or without those that stand for inches, as in `5" pipe`."""
    found = 0
    for at, character in enumerate(cell):
        before, after = cell[at - 1 : at] if at else "", cell[at + 1 : at + 2]
        is_inch = before.isdecimal() and (after == "" or after.isspace())
        if character == '"' and (inches or not is_inch):
            found += 1
    return found
