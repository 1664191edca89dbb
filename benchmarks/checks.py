"""The check that a measured operation has the right result."""


def must_be(what: str, actual: object, expected: object) -> None:
    """End the benchmark if the value differs from the expected one."""
    if actual != expected:
        raise SystemExit(f"wrong result: {what} is {actual} instead of {expected}")
