"""The options of an import in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from console.labels import FIELDS


def options_in_words(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return labels and values for `OptionsSerializer.data`.

    Options without effect are left out, and so are those that the facts of the file show.
    """
    return list(_in_words(options))


def _in_words(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if options["mode"] == "upsert":
        yield _("Existing users"), _("They are updated with the values of the file.")
    else:
        yield _("Existing users"), _("They are skipped. Only new users are imported.")
    yield _("Users are found by"), _field(options["match"])
    if options["update"] is not None:
        yield _("Only these fields change"), ", ".join(map(_field, options["update"]))
    if options["clear_with"]:
        yield _("A cell with this text empties its field"), options["clear_with"]
    if options["date_order"]:
        words = {"dmy": _("The day comes first"), "mdy": _("The month comes first")}
        yield _("Dates such as 01/02/2026"), words[options["date_order"]]
    yield from _about_errors(options)
    yield from _about_new_users(options)
    yield from _about_columns(options)
    if options["client_reference"]:
        yield _("Reference of the uploader"), options["client_reference"]
    if options["notify"]:
        yield _("Mail at the end"), _("The uploader gets a mail with the numbers.")


def _about_errors(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if options["on_error"] == "abort":
        yield _("Rows with errors"), _("One of them stops the whole import.")
    elif options["max_errors"]:
        message = _("More than {limit} of them stop the whole import.")
        yield _("Rows with errors"), message.format(limit=options["max_errors"])
    else:
        yield _("Rows with errors"), _("They are rejected. The other rows are imported.")


def _about_new_users(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if options["invite"]:
        yield _("Invitation"), _("Each new active user gets a mail with a link to set a password.")
    if options["must_change_password"]:
        yield _("First login"), _("New users must choose another password.")


def _about_columns(options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if options["columns"]:
        pairs = ((name, field) for name, field in options["columns"].items() if field)
        yield _("Columns"), "; ".join(f"{name}: {_field(field)}" for name, field in pairs)


def _field(name: str) -> str:
    return str(FIELDS[name]) if name in FIELDS else name.removeprefix("attributes.")
