"""Paths of sheets and number formats of an .xlsx file, which python-calamine does not show."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from tasks.reading.number_formats import Layout, layout_of, shown

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONSHIPS: Final = "xl/_rels/workbook.xml.rels"
_STYLES: Final = "xl/styles.xml"
OTHERS: Final = (
    *("[Content_Types].xml", "_rels/.rels", "xl/sharedStrings.xml"),
    *(_WORKBOOK, _RELATIONSHIPS, _STYLES),
)
"""The files that belong to every sheet."""

_MAX_SIZE: Final = 8 * 1024 * 1024
_STYLE: Final = rb"""\ss=["'](%b)["']"""
_CELL: Final = (
    rb"<((?:\w+:)?c)([^<>]*?" + _STYLE + rb"[^<>]*)>"
    rb"(\s*(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>)([^<]*)<"
)
_TYPE: Final = re.compile(rb"""\st=["'](\w*)["']""")


def path_of_sheet(archive: zipfile.ZipFile, name: str) -> str | None:
    """Return the path of a sheet, or `None` if it is not where programs write it."""
    sheets = _parsed(archive, _WORKBOOK).iterfind("{*}sheets/{*}sheet")
    sheet = next((each.attrib for each in sheets if each.get("name") == name), {})
    ids = {value for key, value in sheet.items() if key.endswith("}id")}
    found = (each for each in _parsed(archive, _RELATIONSHIPS) if each.get("Id") in ids)
    target = next(found, ET.Element("none")).get("Target", "")
    path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return path if path in archive.NameToInfo else None


def padding(archive: zipfile.ZipFile) -> Callable[[bytes], bytes] | None:
    """Return a function that turns padded numbers in a sheet's XML into the texts that are shown.

    It takes whole rows. Return `None` if no cell style of the workbook pads numbers.
    """
    layouts = _layouts(archive)
    if not layouts:
        return None
    numbers = b"|".join(b"%d" % number for number in layouts)
    is_used = re.compile(_STYLE % numbers).search
    cell = re.compile(_CELL % numbers)
    as_text = partial(_as_text, layouts)
    return lambda rows: cell.sub(as_text, rows) if is_used(rows) else rows


def _layouts(archive: zipfile.ZipFile) -> Mapping[int, Layout]:
    """Return the layouts by the numbers of their cell styles."""
    if _STYLES not in archive.NameToInfo:
        return {}
    styles = _parsed(archive, _STYLES)
    layouts = {
        each.get("numFmtId"): layout_of(each.get("formatCode", ""))
        for each in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    found = (layouts.get(each.get("numFmtId")) for each in styles.iterfind("{*}cellXfs/{*}xf"))
    return {number: layout for number, layout in enumerate(found) if layout}


def _as_text(layouts: Mapping[int, Layout], cell: re.Match[bytes]) -> bytes:
    name, attributes, style, before, value = cell.groups()
    kind = _TYPE.search(attributes)
    text = shown(layouts[int(style)], value.decode()) if not kind or kind[1] == b"n" else None
    if text is None:
        return cell[0]
    attributes = _TYPE.sub(b"", attributes)
    return b'<%b%b t="str">%b%b<' % (name, attributes, before, escape(text, quote=False).encode())


def _parsed(archive: zipfile.ZipFile, path: str) -> ET.Element:
    if archive.getinfo(path).file_size > _MAX_SIZE:
        raise zipfile.BadZipFile(f"{path} is too large.")
    return ET.fromstring(archive.read(path))  # noqa: S314  # expat limits what entities make
