"""Number formats that write a number as a text of digits, such as `00000` and `"+"0`."""

import re
from typing import Final

type Layout = tuple[str, ...]
"""The texts of a format. DIGIT stands for a digit of the number."""
DIGIT: Final = ""

_FORMAT: Final = re.compile(
    r"""(?:\[\$-[0-9A-Fa-f]+\])?  # a language
    ((?:0|"[^"]*"|\\.|[-+() ])+)
    (?:;.*)?  # the formats of negative numbers, of zero and of texts
    """,
    re.VERBOSE | re.DOTALL,
)
_TOKEN: Final = re.compile(r'"([^"]+)"|\\(.)|([-+() 0])', re.DOTALL)
_MAX_NUMBER: Final = 10**15  # a spreadsheet keeps 15 digits


def layout_of(code: str) -> Layout | None:
    """Return the layout of the format, or `None` if a number reads the same without it.

    A unit behind a number, as in `0" kg"`, is no part of its value. Decimals, separators of
    thousands, dates and conditions are other formats.
    """
    found = _FORMAT.fullmatch(code)
    if found is None:
        return None
    layout = tuple(
        quoted or escaped or (DIGIT if plain == "0" else plain)
        for quoted, escaped, plain in _TOKEN.findall(found[1])
    )
    digits = layout.count(DIGIT)
    return layout if digits > 1 or (digits and layout[0] != DIGIT) else None


def shown(layout: Layout, value: str) -> str | None:
    """Return the number in the layout, or `None` if it is negative or not a whole number."""
    try:
        number = float(value)
    except ValueError:
        return None
    if not (0 <= number < _MAX_NUMBER and number.is_integer()):
        return None
    places = layout.count(DIGIT)
    digits = str(int(number)).zfill(places)
    first = len(digits) - places + 1  # digits without a place of their own stand in the first one
    rest = iter([digits[:first], *digits[first:]])
    return "".join(next(rest) if text == DIGIT else text for text in layout)
