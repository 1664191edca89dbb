"""The forms in which two headers are compared."""

import unicodedata
from functools import cache, lru_cache

_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_APOSTROPHES = "\u2018\u2019\u02bc\u2032\u00b4`"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"


def key(header: str) -> str:
    """Return the header as it is compared."""
    text = ""
    for character in header:
        if character in _HYPHENS:
            text += "-"
        elif character in _APOSTROPHES:
            text += "'"
        elif character not in _INVISIBLE:
            text += character
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return " ".join(words)


def shortened(text: str) -> str:
    """Return a key without its last stars, colons and brackets."""
    while True:
        before = text
        text = text.rstrip(" *:")
        for opening, closing in ("()", "[]"):
            if text.endswith(closing) and opening in text:
                text = text[: text.rindex(opening)]
        if text == before:
            return text


def bracketed(text: str) -> str:
    """Return the only part in square brackets, with them, or an empty string."""
    if text.count("[") == text.count("]") == 1 and text.index("[") + 1 < text.index("]"):
        return text[text.index("[") : text.index("]") + 1]
    return ""


@cache
def spellings(entry: str) -> set[str]:
    """Return the keys, run together, of the headers for which this one stands."""
    letters = unicodedata.normalize("NFD", entry.replace("ł", "l"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return {run_together(key(text)) for text in (entry, plain)}


@lru_cache(10_000)
def run_together(text: str) -> str:
    """Return a key without anything between its words."""
    return "".join(character for character in text if character not in " _-")
