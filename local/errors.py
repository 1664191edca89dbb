"""What goes wrong here is told to a person in one line."""


class LocalError(Exception):
    """Its text is one line that says what to do."""
