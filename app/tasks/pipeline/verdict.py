"""Whether a planned file is loaded, by what its uploader tolerates."""

from tasks.pipeline.codes import FileError
from tasks.pipeline.options import Options

_WHAT_TO_DO = "nothing was loaded. Correct these rows and send the file again."


def objection(options: Options, *, failed: int, rows: int) -> FileError | None:
    """Why nothing of the file is loaded; None where it is."""
    refused = f"{failed:,} of {rows:,} rows were refused"
    if failed and options.on_error == "abort":
        return FileError("aborted", f"{refused} and on_error is abort: {_WHAT_TO_DO}")
    if not options.tolerates(failed=failed, rows=rows):
        allowed = f"max_errors is {options.max_errors}"
        return FileError("too_many_errors", f"{refused} and {allowed}: {_WHAT_TO_DO}")
    return None
