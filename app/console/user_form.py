"""The form with the fields of a user. The serializer of the API checks and saves them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from users_uc.attributes.declared import AttributeType
from users_uc.models import Attribute, User

ATTRIBUTES: Final = "attributes"
_BEFORE: Final = "before."
"""The prefix of the hidden fields with the texts that the form was filled with."""
_LINE_BREAKS: Final = re.compile(r"[\r\n]")
_INTEGER: Final = re.compile("-?[0-9]{1,20}")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass
class FormField:
    """A field of the form. `name` is the one that the errors of the serializer have.

    `present` is the text of the stored value, and `value` is the text in the form.
    """

    name: str
    label: str
    present: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    required: bool = False
    value: str = ""
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value = self.present

    @property
    def id(self) -> str:
        """The id of the input."""
        return f"field-{self.name}".replace(".", "-")

    @property
    def before(self) -> str:
        """The name of the hidden field."""
        return _BEFORE + self.name


def form_fields(
    user: User, attributes: Iterable[Attribute], editable: Collection[str]
) -> list[FormField]:
    """Return those of the fields that may be edited, with the values of the user."""
    fields = []
    if "name" in editable:
        fields.append(FormField("name", _("Name"), user.name))
    if "phone" in editable:
        fields.append(FormField("phone", _("Phone"), user.phone, kind="tel"))
    if "is_active" in editable:
        choices = [("true", _("May log in")), ("false", _("May not log in"))]
        fields.append(
            FormField("is_active", _("State"), as_text(user.is_active), "choice", choices)
        )
    if ATTRIBUTES in editable:
        fields += [_of_attribute(one, user.attributes.get(one.name)) for one in attributes]
    return fields


def sent_changes(form: QueryDict, attributes: Iterable[Attribute]) -> dict[str, Any]:
    """Return the fields that the user of the form has changed, as a client sends them as JSON.

    Others are left out, because they would undo what another user has changed in the meantime.
    """
    types = {f"{ATTRIBUTES}.{one.name}": one.type for one in attributes}
    changes: dict[str, Any] = {}
    for name in _sent(form):
        text = form.get(name, "")
        if _is_same(text, form.get(_BEFORE + name, "")):
            continue
        if name.startswith(f"{ATTRIBUTES}."):
            value = _as_json(text, types.get(name, AttributeType.TEXT))
            changes.setdefault(ATTRIBUTES, {})[name.partition(".")[2]] = value
        else:
            changes[name] = _BOOLEANS.get(text, text) if name == "is_active" else text
    return changes


def note_conflicts(fields: Iterable[FormField], form: QueryDict) -> bool:
    """Add an error to each field that two users have changed. Return whether there is one."""
    message = _("Another user has set this to “{value}” in the meantime. Save again to replace it.")
    conflicts = False
    for one in fields:
        before, sent = form.get(one.before, one.present), form.get(one.name, one.present)
        if not any(_is_same(*texts) for texts in combinations((one.present, before, sent), 2)):
            one.errors.append(message.format(value=one.present))
            conflicts = True
    return conflicts


def fill(
    fields: Iterable[FormField], form: QueryDict, errors: Mapping[str, Sequence[Mapping[str, str]]]
) -> list[str]:
    """Fill in what was sent, and the errors of each field. Return the errors of no field."""
    left = dict(errors)
    for one in fields:
        one.value = form.get(one.name, one.present)
        one.errors += [problem["message"] for problem in left.pop(one.name, ())]
    return [problem["message"] for problems in left.values() for problem in problems]


def as_text(value: object) -> str:
    """Return the text of a value in the form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_same(text: str, other: str) -> bool:
    """Compare two texts without their line breaks, which an input removes."""
    return _LINE_BREAKS.sub("", text) == _LINE_BREAKS.sub("", other)


def _sent(form: QueryDict) -> list[str]:
    return [name.removeprefix(_BEFORE) for name in form if name.startswith(_BEFORE)]


def _of_attribute(attribute: Attribute, value: object) -> FormField:
    kind, choices = attribute.type, [(choice, choice) for choice in attribute.choices]
    if kind == AttributeType.BOOLEAN:
        kind, choices = "choice", [("true", _("Yes")), ("false", _("No"))]
    if kind == AttributeType.CHOICE or choices:
        choices = [("", _("(no value)")), *choices]
    return FormField(
        f"{ATTRIBUTES}.{attribute.name}",
        attribute.label(get_language() or ""),
        as_text(value),
        kind,
        choices,
        attribute.required,
    )


def _as_json(text: str, kind: str) -> object:
    """Return the JSON value of a text, or the text itself, which the serializer then rejects."""
    if not text:
        return None
    if kind == AttributeType.INTEGER and _INTEGER.fullmatch(text):
        return int(text)
    return _BOOLEANS.get(text, text) if kind == AttributeType.BOOLEAN else text
