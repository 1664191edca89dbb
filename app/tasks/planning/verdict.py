"""Whether a planned file is loaded, by what its uploader tolerates."""

from tasks.codes import FileError
from tasks.options import Options


def objection(options: Options, *, failed: int, rows: int) -> FileError | None:
    """Why nothing of the file is loaded; None where it is."""
    if failed and options.on_error == "abort":
        return FileError(
            "aborted",
            failed=failed,
            rows=rows,
        )
    if not options.tolerates(failed=failed, rows=rows):
        return FileError(
            "too_many_errors",
            failed=failed,
            rows=rows,
            max_errors=str(options.max_errors),
        )
    return None
