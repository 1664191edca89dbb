"""The catalogue of Brazilian Portuguese: which messages the code has, and what the files say.

`python -m tests.catalogue` brings the files up to date with the code, and names what to translate.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APP: Final = Path(__file__).parents[1] / "app"
PO: Final = APP / "locale" / "pt_BR" / "LC_MESSAGES" / "django.po"
MO: Final = PO.with_suffix(".mo")
MARKS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
}
"""Functions whose argument is a message."""


def in_code() -> Catalog:
    """Every message of the code and of its pages, with the files that it is in."""
    catalogue = Catalog(locale="pt_BR")
    for path, message in sorted({*_in_python(), *_in_tables(), *_in_pages()}):
        catalogue.add(message, locations=[(path, 1)])
    return catalogue


def _in_python() -> Iterator[tuple[str, str]]:
    for path, _, message, *_ in extract_from_dir(
        APP, method_map=[("**.py", "python")], keywords=MARKS
    ):
        yield path, str(message)


def _in_tables() -> Iterator[tuple[str, str]]:
    """Yield the messages of the tables by id or code, which have no mark in the code."""
    for path in ("tasks/file_messages.py", "tasks/codes.py"):
        for node in ast.parse((APP / path).read_text(encoding="utf-8")).body:
            match node:
                case ast.AnnAssign(value=ast.Dict() as table):
                    yield from ((path, text) for text in ast.literal_eval(table).values())


def _in_pages() -> Iterator[tuple[str, str]]:
    for page in APP.rglob("templates/**/*.html"):
        code = templatize(page.read_text(encoding="utf-8")).encode()
        for _, message, *_ in extract("python", io.BytesIO(code), keywords=MARKS):
            yield str(page.relative_to(APP)), str(message)


def translated() -> Catalog:
    """What the translators have written."""
    with PO.open("rb") as file:
        return read_po(file, locale="pt_BR")


def compiled(catalogue: Catalog) -> bytes:
    """As gettext reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> Iterator[str]:
    """Write both files anew; the messages that have no translation yet."""
    catalogue, code = translated(), in_code()
    code.creation_date = catalogue.creation_date
    catalogue.update(code, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, catalogue, width=100, no_location=True, sort_output=False)
    MO.write_bytes(compiled(catalogue))
    return (str(message.id) for message in catalogue if message.id and not message.string)


if __name__ == "__main__":
    settings.configure()
    print(*update(), sep="\n")
