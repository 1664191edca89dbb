"""What python-calamine does not show of an .xlsx file: the paths of sheets."""

import posixpath
import zipfile
from typing import Final
from xml.etree import ElementTree as ET

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONSHIPS: Final = "xl/_rels/workbook.xml.rels"
OTHERS: Final = (
    *("[Content_Types].xml", "_rels/.rels", "xl/sharedStrings.xml"),
    *(_WORKBOOK, _RELATIONSHIPS, "xl/styles.xml"),
)
"""The files that belong to every sheet."""

_MAX_SIZE: Final = 8 * 1024 * 1024


def path_of_sheet(archive: zipfile.ZipFile, name: str) -> str | None:
    """Return the path of a sheet, or `None` if it is not where programs write it."""
    sheets = _parsed(archive, _WORKBOOK).iterfind("{*}sheets/{*}sheet")
    sheet = next((each.attrib for each in sheets if each.get("name") == name), {})
    ids = {value for key, value in sheet.items() if key.endswith("}id")}
    found = (each for each in _parsed(archive, _RELATIONSHIPS) if each.get("Id") in ids)
    target = next(found, ET.Element("none")).get("Target", "")
    path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return path if path in archive.NameToInfo else None


def _parsed(archive: zipfile.ZipFile, path: str) -> ET.Element:
    if archive.getinfo(path).file_size > _MAX_SIZE:
        raise zipfile.BadZipFile(f"{path} is too large.")
    return ET.fromstring(archive.read(path))  # noqa: S314  # expat limits what entities make
