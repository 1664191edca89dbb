"""The fields of a user that several cells of a row make."""

from collections.abc import Mapping

from tests.oracle.known_headers import NAMES
from tests.oracle.words import is_active


def merged(values: Mapping[str, str]) -> dict[str, str]:
    """Return the trimmed cells of a row by the fields of a user; see `chosen`."""
    result: dict[str, str] = {}
    for field, value in values.items():
        if field in NAMES:
            parts = [values.get(part, "") for part in NAMES[1:]]
            result["name"] = values.get("name") or " ".join(part for part in parts if part)
        elif field.startswith("phone"):
            phones = [values[name] for name in sorted(values, key=_number) if "phone" in name]
            result["phone"] = next((phone for phone in phones if phone), "")
        elif field.startswith(("is_active", "is_inactive")):
            result["is_active"] = _merged_status(values)
        else:
            result[field] = "" if field == "password" and _is_placeholder(value) else value
    return result


def _number(field: str) -> int:
    return int(field.rpartition(" ")[2]) if " " in field else 1


def _merged_status(values: Mapping[str, str]) -> str:
    """Return the word of `is_active`: false if a column says so, else a word that is unknown."""
    unknown, filled = [], []
    for field, word in values.items():
        if not field.startswith(("is_active", "is_inactive")) or not word:
            continue
        says = is_active(word)
        if says is None:
            unknown.append(word)
        elif says is field.startswith("is_inactive"):
            return "false"
        else:
            filled.append("true" if field.startswith("is_inactive") else word)
    return [*unknown, *filled, ""][0]


def _is_placeholder(password: str) -> bool:
    return set(password.strip()) == {"*"}
