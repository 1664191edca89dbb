"""The field of a user with the values of attributes."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from users_uc.attribute_messages import about, known_of
from users_uc.attribute_queries import declared_attributes
from users_uc.attributes.declared import (
    MAX_ATTRIBUTES,
    NAME_MAX_LENGTH,
    NAME_PATTERN,
    Declared,
    DeclaredAttribute,
)
from users_uc.attributes.values import (
    MAX_SIZE,
    Fault,
    InvalidValueError,
    Value,
    Values,
    from_json,
    merged,
    missing,
    size,
)
from users_uc.permissions import sees_all

type Changes = Mapping[str, Value | None]
"""The values that change, by name. `None` removes a value."""

_SCHEMA: Final = {
    "type": "object",
    "description": (
        "The values of attributes that `/api/v1/attributes/` declares. The value of an integer is "
        "a number, and that of a boolean is true or false. Other values are texts: a decimal "
        "number such as `1.5`, a date such as `2026-01-31`. A user without a value has no key. A "
        "PATCH changes only the values that it contains, and null removes a value. A PUT also "
        "removes the values that it does not contain."
    ),
    "propertyNames": {"pattern": NAME_PATTERN},
    "maxProperties": MAX_ATTRIBUTES,
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    "examples": [{"department": "Sales", "employed_since": "2026-01-31", "floor": 2}],
}


@extend_schema_field(_SCHEMA)
class AttributesField(serializers.DictField):
    """The values of a user's attributes. The validated value has only `Changes`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the changes. A new user may need values. Raises `SkipField` without a change."""
        if data is serializers.empty and self.root.instance is None:
            data = {}
        changes = super().run_validation(data)
        if not changes:
            raise serializers.SkipField
        return changes

    def to_internal_value(self, data: Any) -> dict[str, Value | None]:
        """Return the changes. Raises `ValidationError` with the errors by attribute."""
        if not isinstance(data, dict):
            self.fail("not_a_dict", input_type=type(data).__name__)
        user = self.root.instance
        present: Values = {} if user is None else user.attributes
        if not getattr(self.root, "partial", False):
            data = dict.fromkeys(present) | data
        # Only callers who may list the attributes learn their names and choices.
        names_known = sees_all(self.context["request"].user)
        return _changes(present, data, is_new=user is None, names_known=names_known)


def apply_changes(present: Values, changes: Changes) -> dict[str, Value]:
    """Return the values after the changes, which are checked again. Raises `ValidationError`.

    The caller holds `lock_values`. Before that lock the declarations or the values may have changed
    since the first check.
    """
    try:
        return merged(present, _changes(present, changes, is_new=False, names_known=True))
    except ValidationError as error:
        raise ValidationError({"attributes": error.detail}) from None


def _changes(
    present: Values, sent: Mapping[str, object], *, is_new: bool, names_known: bool
) -> dict[str, Value | None]:
    """Return those values that differ from the present ones. Raises `ValidationError`."""
    declared = declared_attributes()
    stored, faults = _all_stored(declared, present, sent)
    changes = {name: value for name, value in stored.items() if value != present.get(name)}
    after = merged(present, changes)
    lost = [name for name in missing(declared, after) if is_new or name in present]
    if faults := dict.fromkeys(lost, Fault.REQUIRED) | faults:
        known = {name: known_of(fault, name, declared) for name, fault in faults.items()}
        raise ValidationError(
            {
                name: _details(fault, known[name] if names_known else ())
                for name, fault in faults.items()
            }
        )
    if size(after) > MAX_SIZE:
        raise ValidationError(_details(Fault.TOO_LARGE))
    return changes


def _all_stored(
    declared: Declared, present: Values, sent: Mapping[str, object]
) -> tuple[dict[str, Value | None], dict[str, Fault]]:
    """Return the stored forms of valid values by name, and the faults of the others."""
    stored: dict[str, Value | None] = {}
    faults: dict[str, Fault] = {}
    for name, value in sent.items():
        try:
            stored[name] = _stored(declared.get(name), value, present.get(name))
        except InvalidValueError as error:
            faults[name[:NAME_MAX_LENGTH]] = error.fault
    return stored, faults


def _stored(
    attribute: DeclaredAttribute | None, value: object, present: Value | None
) -> Value | None:
    """Return the stored form of a value.

    A deleted attribute keeps its values until a task removes them. A client may send back such a
    value, or remove it.
    """
    if attribute is not None:
        return from_json(attribute, value)
    if present is None or value not in (None, present):
        raise InvalidValueError(Fault.UNKNOWN)
    return None if value is None else present


def _details(fault: Fault, known: Collection[str] = ()) -> list[ErrorDetail]:
    return [ErrorDetail(about(fault, known), code=fault.value)]
