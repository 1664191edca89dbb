"""The decision whether a planned file is loaded, by the uploader's limits for rejected rows."""

from tasks.codes import FileError
from tasks.options import Options


def limit_error(options: Options, *, failed: int, rows: int) -> FileError | None:
    """Return the error of a file with too many rejected rows, or `None` if the file is loaded."""
    if failed and options.on_error == "abort":
        return FileError("aborted", failed=failed, rows=rows)
    if not options.tolerates(failed=failed, rows=rows):
        max_errors = str(options.max_errors)
        return FileError("too_many_errors", failed=failed, rows=rows, max_errors=max_errors)
    return None
