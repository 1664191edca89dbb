"""A sheet of a workbook as CSV text, written by a process of its own (sheet_writer.py)."""

import io
import json
import logging
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

from tasks.codes import FileError

logger = logging.getLogger(__name__)

OUT_OF_MEMORY: Final = 3
"""The exit code of the process if Python, and not the library, has no memory left."""
ERRORS: Final = {
    "damaged": ("not_csv", "workbook_damaged"),
    "encrypted": ("not_csv", "workbook_encrypted"),
    "empty_sheet": ("empty_file", "empty_sheet"),
    "unknown_sheet": ("unknown_sheet", "unknown_sheet"),
}
"""The code and the message id of each error that the process writes."""

_APP: Final = Path(__file__).parents[2]
_HEARTBEAT_SECONDS: Final = 1.0
_BLOCK: Final = 1024 * 1024
_TOO_LARGE: Final = (-signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL, OUT_OF_MEMORY)
NAMES: Final = 10
"""The other sheets that a message names."""
_NAME_MAX_LENGTH: Final = 60


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The bytes of memory and the seconds of processor time that reading a sheet may take.

    A cell takes about 100 bytes, and a large sheet is read in parts. `memory` holds for the address
    space of the process, of which Python itself has about 40 MB.
    """

    memory: int
    seconds: int


class Sheet:
    """The CSV text of the sheet `name`, to be read once.

    `others` are the first other visible sheets: NAMES, and one more if there are more.
    """

    name: str
    others: Sequence[str]

    def __init__(
        self, process: subprocess.Popen[bytes], heartbeat: Callable[[], None] | None
    ) -> None:
        self._process = process
        self._output = cast("BinaryIO", process.stdout)
        self._heartbeat = heartbeat
        head = self._head()
        if "error" in head:
            raise _error(head)
        self.name, self.others = head["name"], head["others"]

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end. Raises `FileError` (not_csv)."""
        self._wait_for_output()
        data = self._output.read(size)
        if not data:
            self._check_exit()
        return data

    def _head(self) -> Mapping[str, Any]:
        self._wait_for_output()
        line = self._output.readline()
        if not line:
            self._check_exit()
        head: Mapping[str, Any] = json.loads(line)
        return head

    def _wait_for_output(self) -> None:
        """Wait until there is output. A large sheet gives none for many seconds."""
        if self._heartbeat is not None:
            while not select.select([self._output], [], [], _HEARTBEAT_SECONDS)[0]:
                self._heartbeat()

    def _check_exit(self) -> None:
        code = self._process.wait()
        if code in _TOO_LARGE:
            raise FileError("not_csv", "workbook_too_large")
        if code < 0:
            raise OSError(f"The process that reads a sheet was ended by signal {-code}.")
        if code:
            logger.warning("The process that reads a sheet ended with code %s.", code)
            raise FileError("not_csv", "workbook_damaged")


@contextmanager
def open_sheet(
    workbook: BinaryIO,
    name: str | None,
    *,
    limits: Limits,
    heartbeat: Callable[[], None] | None = None,
) -> Iterator[Sheet]:
    """Yield the sheet of this name, or the first visible one.

    `heartbeat` is called each second while there is no output. Raises `FileError` (not_csv,
    unknown_sheet, empty_file), and `OSError` if the process is stopped from outside. The process
    ends with the body.
    """
    workbook.seek(0)  # what is still in its buffer goes to the file
    with _on_disk(workbook, heartbeat) as file:
        # Without a buffer, so that `select` sees all that can be read.
        process = subprocess.Popen(  # noqa: S603  # no shell; the name is one argument
            _command(name or "", limits),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=_APP,
        )
        with process:
            try:
                yield Sheet(process, heartbeat)
            finally:
                process.kill()


@contextmanager
def _on_disk(workbook: BinaryIO, heartbeat: Callable[[], None] | None) -> Iterator[IO[bytes]]:
    """Yield the workbook as a file that another process can read: a copy unless it is one.

    Objects of a bucket and bytes in memory are none.
    """
    try:
        workbook.fileno()
    except io.UnsupportedOperation:
        with tempfile.TemporaryFile() as copy:
            while block := workbook.read(_BLOCK):
                copy.write(block)
                if heartbeat is not None:
                    heartbeat()
            copy.seek(0)
            yield copy
    else:
        yield workbook


def _command(name: str, limits: Limits) -> list[str]:
    module = "tasks.reading.sheet_writer"
    return [sys.executable, "-m", module, str(limits.memory), str(limits.seconds), name]


def _error(head: Mapping[str, Any]) -> FileError:
    code, message_id = ERRORS[head["error"]]
    if "name" not in head:
        return FileError(code, message_id)
    return FileError(code, message_id, name=shown(head["name"]), others=listed(head["others"]))


def listed(names: Sequence[str]) -> str:
    """Return the first names of sheets as a list for a message."""
    more = "" if len(names) <= NAMES else ", …"
    return ", ".join(map(shown, names[:NAMES])) + more or "-"


def shown(name: str) -> str:
    """Return the name of a sheet, cut for a message."""
    return "".join(filter(str.isprintable, name))[:_NAME_MAX_LENGTH]
