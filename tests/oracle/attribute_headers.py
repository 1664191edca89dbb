"""The attributes that a header means, by a plain loop over all declared headers."""

from tests.oracle.attributes import PREFIX, Attributes
from tests.oracle.header_keys import bracketed, run_together, shortened, spellings


def names_of(text: str, attributes: Attributes) -> list[str]:
    """Return the names of the attributes that the header with this key means."""
    exact = [one.name for one in attributes if text == PREFIX + one.name]
    if exact:
        return exact
    for form in (text, bracketed(text), shortened(text)):
        joined = run_together(form)
        found = []
        for one in attributes:
            headers = (one.name, one.field, *one.labels, *one.headers)
            if joined and any(joined in spellings(header) for header in headers):
                found.append(one.name)
        if found:
            return found
    return []
