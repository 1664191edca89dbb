"""What an upload turns out to be, before anything of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from tasks.pipeline.codes import FileError
from tasks.pipeline.decoding import detect
from tasks.pipeline.dialect import HEAD_SIZE
from tasks.pipeline.formats import refuse_bytes, refuse_utf16
from tasks.pipeline.incoming import IncomingFile
from tasks.pipeline.parse import Table


@dataclass(frozen=True, kw_only=True)
class Examined:
    """`csv_size` is that of the unpacked file; `compression` is empty where it is not packed."""

    compression: str
    csv_size: int
    table: Table


def examine(upload: IncomingFile, options: Mapping[str, Any]) -> Examined:
    """FileError where it cannot be imported."""
    stream = cast("BinaryIO", upload.open())
    head = stream.read(HEAD_SIZE)
    stream.seek(0)
    refuse_bytes(head)
    asked = options.get("encoding")
    if asked is None:
        refuse_utf16(head)
    encoding = detect(head, is_utf8=upload.is_utf8, asked=asked)
    table = _table(stream, encoding, options)
    return Examined(compression="", csv_size=upload.size or 0, table=table)


def _table(stream: BinaryIO, encoding: str, options: Mapping[str, Any]) -> Table:
    """FileError; it names what was overridden, since that may be why."""
    try:
        return Table(
            stream,
            encoding=encoding,
            delimiter=options.get("delimiter"),
            columns=options.get("columns") or {},
        )
    except FileError as error:
        if not (how := _overrides(encoding, options)):
            raise
        message = f"{error.message} The file was read {how}, as you asked."
        raise FileError(error.code, message) from None


def _overrides(encoding: str, options: Mapping[str, Any]) -> str:
    parts = []
    if options.get("encoding"):
        parts.append(f"as {encoding}")
    if delimiter := options.get("delimiter"):
        shown = "tab" if delimiter == "\t" else delimiter
        parts.append(f"with the delimiter {shown}")
    return " ".join(parts)
