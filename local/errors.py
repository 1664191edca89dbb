"""The error that the scripts print."""


class LocalError(Exception):
    """An error for the user of a script. The message says what is wrong and what to do."""
