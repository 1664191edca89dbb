"""Rows that repeat the e-mail address or the external id of an earlier valid row."""

from collections.abc import Mapping

from tests.oracle.rules import Fault
from tests.oracle.writing import key_of

_CODES = {"email": "duplicate_in_file", "external_id": "duplicate_external_id"}


class Repeated:
    """The values of both keys so far. `match`: the key that finds users, compared first."""

    def __init__(self, match: str) -> None:
        self._keys = sorted(_CODES, key=lambda key: key != match)
        self._seen: dict[str, set[str]] = {key: set() for key in _CODES}

    def fault(self, cells: Mapping[str, str]) -> tuple[Fault | None, tuple[int, str]]:
        """Return the fault of the row, and its order among the rejected rows that are kept."""
        found = None
        for key in self._keys:
            value = key_of(cells, key)
            if value and value in self._seen[key] and found is None:
                found = key
            self._seen[key].add(value)
        if found is None:
            return None, (0, "")
        order = 1 + self._keys.index(found)
        return (found, _CODES[found]), (order, key_of(cells, self._keys[0]))
