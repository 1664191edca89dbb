"""The parts of an .ods file that python-calamine does not show: the texts of padded numbers."""

import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Final

CONTENT: Final = "content.xml"
OTHERS: Final = ("mimetype", "META-INF/manifest.xml")

_STYLES: Final = (CONTENT, "styles.xml")
_STYLES_SIZE: Final = 4 * 1024 * 1024
"""The beginning of a file, in which its styles stand."""
_PADDED_STYLE: Final = re.compile(
    rb'number:min-integer-digits="(?:[2-9]|\d\d)'
    rb"|<number:number-style\b[^<>]*>\s*<number:text>[^<]*[+(]"
)
_PADDED_CELL: Final = re.compile(
    rb'(<table:table-cell\b[^<>]*\soffice:value-type=")float("[^<>]*>\s*<text:p>)'
    rb"([0+(][-+() \d]*)(?=</text:p>)"
)
_VALUE: Final = re.compile(rb'\soffice:value="([^"]*)"')
_NO_DIGIT: Final = re.compile(rb"\D+")


def padding(archive: zipfile.ZipFile) -> Callable[[bytes], bytes] | None:
    """Return a function that turns padded numbers in the XML into texts, as xlsx.padding does."""
    for path in archive.NameToInfo.keys() & _STYLES:
        with archive.open(path) as file:
            if _PADDED_STYLE.search(file.read(_STYLES_SIZE)):
                return partial(_PADDED_CELL.sub, _as_text)
    return None


def _as_text(cell: re.Match[bytes]) -> bytes:
    before, after, text = cell.groups()
    value = _VALUE.search(before + after)
    digits = _NO_DIGIT.sub(b"", text).lstrip(b"0") or b"0"
    if value is None or value[1] != digits:
        return cell[0]
    return _VALUE.sub(b"", before) + b"string" + _VALUE.sub(b"", after) + text
