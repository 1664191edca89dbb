"""An example file of users, with the headers of a language."""

import csv
from io import StringIO
from typing import Final

from django.utils.translation.trans_real import parse_accept_lang_header

from tasks.reading.known_headers import TEMPLATES

LANGUAGES: Final = tuple(TEMPLATES)
"""The languages of templates. English is first."""

_EXAMPLES: Final = (
    ("ann.lee@example.com", "Ann Lee", "555-0100"),
    ("bob.roe@example.com", "Bob Roe", "555-0101"),
)


def best_template(accept_language: str) -> str:
    """Return the language of templates with the highest quality in the header, else English.

    Every variant of a language matches: `pt` and `pt-pt` get `pt-br`.
    """
    for name, quality in parse_accept_lang_header(accept_language):
        main = name.partition("-")[0]
        matching = (each for each in LANGUAGES if each.partition("-")[0] == main)
        if quality and (language := next(matching, None)):
            return language
    return LANGUAGES[0]


def template(language: str) -> bytes:
    """Return the file. It begins with a byte order mark, without which Excel expects no UTF-8."""
    template = TEMPLATES[language]
    text = StringIO()
    writer = csv.writer(text, delimiter=template.delimiter)
    writer.writerow(template.headers)
    for example, word in zip(_EXAMPLES, template.words, strict=True):
        writer.writerow([*example, word])
    return text.getvalue().encode("utf-8-sig")
