"""Password credentials as the JSON of a Keycloak export has them."""

import json
from collections.abc import Mapping
from typing import Any

from users_uc.passwords.schemes import Fault, HashError


def is_credential(cell: str) -> bool:
    """Return whether the cell is a JSON object."""
    return cell.startswith("{") and cell[1:].lstrip().startswith('"')


def as_phc(cell: str) -> str:
    """Return the hash of a credential as a PHC string. Raises `HashError`.

    `secretData` and `credentialData` are JSON inside JSON. Keycloak before 8.0 had all values in
    one object.
    """
    try:
        credential = _object(json.loads(cell))
        parts = [_object(credential.get(key) or {}) for key in ("secretData", "credentialData")]
        return _phc(dict(credential) | parts[0] | parts[1])
    except (ValueError, TypeError, LookupError, RecursionError):
        raise HashError(Fault.MALFORMED) from None


def _object(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise TypeError
    return found


def _phc(values: Mapping[str, Any]) -> str:
    algorithm, iterations = values["algorithm"], values["hashIterations"]
    key = values.get("value") or values["hashedSaltedValue"]
    if algorithm != "argon2":
        return f"${algorithm}${iterations}${values['salt']}${key}"
    more = {name: value[0] for name, value in values["additionalParameters"].items()}
    if more["version"] != "1.3":
        raise HashError(Fault.MALFORMED)
    costs = f"m={more['memory']},t={iterations},p={more['parallelism']}"
    salt, key = values["salt"].rstrip("="), key.rstrip("=")
    return f"$argon2{more['type']}$v=19${costs}${salt}${key}"
