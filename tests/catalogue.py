"""The Brazilian Portuguese catalogue: the messages in the code and their translations.

`python -m tests.catalogue` updates the files from the code and lists the untranslated messages.
"""

import ast
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogMessage
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APP: Final = Path(__file__).parents[1] / "app"
PO: Final = APP / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
MO: Final = PO.with_suffix(".mo")
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
}
"""The functions whose arguments are a message; `ngettext` has one for each number."""

type Message = str | tuple[str, ...]


@cache
def messages_in_code() -> Catalog:
    """Return all messages in the Python code and the templates, with the files that have them.

    It takes seconds.
    """
    catalogue = Catalog(locale="pt_BR")
    for path, message in sorted(
        {*_messages_in_python(), *_messages_in_tables(), *_messages_in_templates()}, key=str
    ):
        catalogue.add(message, locations=[(path, 1)])
    return catalogue


def _messages_in_python() -> Iterator[tuple[str, Message]]:
    for path, _, message, *_ in extract_from_dir(
        APP, method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        yield path, message


def _messages_in_tables() -> Iterator[tuple[str, Message]]:
    """Yield the messages in the tables by id or code, which no function marks."""
    for path in ("tasks/file_messages.py", "tasks/codes.py"):
        for node in ast.parse((APP / path).read_text(encoding="utf-8")).body:
            match node:
                case ast.AnnAssign(value=ast.Dict() as table):
                    yield from ((path, text) for text in ast.literal_eval(table).values())


def _messages_in_templates() -> Iterator[tuple[str, Message]]:
    for template in APP.rglob("templates/**/*.html"):
        lines = templatize(template.read_text(encoding="utf-8")).splitlines()
        code = "\n".join(map(str.lstrip, lines))  # the indentation of HTML is not that of Python
        for _, message, *_ in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
            yield str(template.relative_to(APP)), message


def read_translations() -> Catalog:
    """Return the catalogue as the translators wrote it."""
    with PO.open("rb") as file:
        return read_po(file, locale="pt_BR")


def compile_catalogue(catalogue: Catalog) -> bytes:
    """Return the catalogue in the binary format that gettext reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> Iterator[str]:
    """Update both files from the code and return the messages without a translation."""
    catalogue, code = read_translations(), messages_in_code()
    code.creation_date = catalogue.creation_date
    catalogue.update(code, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True, sort_output=False)
    MO.write_bytes(compile_catalogue(catalogue))
    return (str(one.id) for one in catalogue if one.id and not is_translated(one))


def is_translated(message: CatalogMessage) -> bool:
    """Return whether each form of the message has a translation."""
    forms = message.string
    return all(forms) if isinstance(forms, tuple | list) else bool(forms)


if __name__ == "__main__":
    settings.configure()
    print(*update(), sep="\n")
