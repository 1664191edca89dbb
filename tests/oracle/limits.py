"""The limits of an import."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of an import.

    `many`: if more rows than this and more than half are rejected, the import fails, unless the
    upload has the option max_errors.
    `kept`: the number of rejected rows that are listed. `chunk_rows`: the rows of a chunk.
    """

    many: int = 100_000
    kept: int = 100_000
    chunk_rows: int = 100_000

    def forbid(self, *, failed: int, rows: int, max_errors: str | None) -> bool:
        """Return whether the file is not read further after these rows, and not loaded."""
        return max_errors is None and failed > self.many and failed > rows / 2
