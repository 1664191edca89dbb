"""A figure counts only where the result is the one that was measured for."""


def must_be(what: str, found: object, expected: object) -> None:
    """End here where it is another."""
    if found != expected:
        raise SystemExit(f"wrong result: {what} is {found} instead of {expected}")
