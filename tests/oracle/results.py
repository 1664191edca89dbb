"""The result of a record."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class RecordResult:
    """The result of a record; a failed one has `column` and `code`.

    `returned_cells`: its cells in rejected-rows.csv. `stays_inactive`: it is skipped because its
    user has deactivated the account. `kept_order`: rejected records are kept in this order, and
    then in that of the file. `email`, `external_id`: those of a valid record. `user`: the e-mail
    address of its user after the import, and `existing` the one before it. `changed`: the old and
    the new values of an updated user.
    """

    line: int
    record: int
    outcome: str = ""
    column: str = ""
    code: str = ""
    cells: Sequence[str] = ()
    returned_cells: Sequence[str] = ()
    stays_inactive: bool = False
    kept_order: tuple[int, str] = (0, "")
    email: str = ""
    external_id: str = ""
    user: str = ""
    existing: str = ""
    changed: str = ""

    @property
    def is_rejected_while_loading(self) -> bool:
        """Return whether the existing users are the reason of the rejection."""
        return self.outcome == "failed" and self.kept_order[0] == 3
