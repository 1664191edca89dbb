"""The rules for values; each rule is one expression over a whole column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from tasks.checking.attributes import SIZE
from tasks.checking.clearing import clears
from tasks.checking.stored_forms import fault
from tasks.checking.tidying import folded, name_of_invisible
from tasks.options import Match
from tasks.reading import rejections
from tasks.reading.header_columns import BOOLEANS
from tasks.reading.header_rules import attribute_fields, attribute_name
from tasks.reading.known_headers import FALSE, TRUE
from users_uc.attributes.dates import DateOrder
from users_uc.attributes.declared import AttributeType, Declared
from users_uc.attributes.values import MAX_SIZE, TEXT_MAX_LENGTH
from users_uc.attributes.values import Fault as ValueFault
from users_uc.emails import MAX_LENGTH as EMAIL_MAX_LENGTH
from users_uc.passwords.foreign_hashes import CELL_MAX_LENGTH as HASH_MAX_LENGTH
from users_uc.passwords.schemes import Fault
from users_uc.text import (
    CONTROL_CHARACTERS,
    EXTERNAL_ID_MAX_LENGTH,
    NAME_MAX_LENGTH,
    PASSWORD_MAX_LENGTH,
    PHONE_MAX_LENGTH,
)

_MAX_LENGTH: Final = {
    "email": EMAIL_MAX_LENGTH,
    "external_id": EXTERNAL_ID_MAX_LENGTH,
    "name": NAME_MAX_LENGTH,
    "phone": PHONE_MAX_LENGTH,
    "password": PASSWORD_MAX_LENGTH,
}
TEXTS: Final = ("external_id", "name", "phone")
NEEDED_LENGTH: Final = 1 + max(
    *_MAX_LENGTH.values(), HASH_MAX_LENGTH, TEXT_MAX_LENGTH, rejections.VALUE_MAX_LENGTH
)
"""Characters of a cell that decide every rule, and that a rejected row shows."""


@dataclass(frozen=True)
class Rule:
    """A rule for the values of one column.

    `broken` is true for the rows that break the rule. Beside the cells it may use the columns that
    validate.py adds, such as `normalised`, `weak` and those of stored_forms.py. `detail` is a value
    in the message. If `is_implied`, each row that breaks the rule breaks another rule too, and this
    one names the error more exactly.
    """

    column: str
    code: str
    broken: pl.Expr
    detail: str | pl.Expr = ""
    is_implied: bool = False


def rules_for(fields: Sequence[str], match: Match = "email") -> list[Rule]:
    """Return the rules for a file with these columns, the one with the clearest message first.

    The cells of the column `match` may not be empty. Lengths come first, because the time of other
    rules may depend on them.
    """
    texts = [field for field in fields if field in TEXTS]
    rules = [_too_long(field) for field in _MAX_LENGTH if field in fields]
    rules += [_nul_byte(field) for field in fields]
    rules.append(Rule("email", "missing_email", pl.col("email") == "", is_implied=True))
    invisible = name_of_invisible(pl.col("email"))
    rules.append(Rule("email", "invalid_email", pl.col("normalised").is_null(), invisible))
    if match == "external_id":
        rules.append(Rule("external_id", "missing_external_id", pl.col("external_id") == ""))
    pattern = f"[{CONTROL_CHARACTERS}]"
    rules += [Rule(f, "control_character", pl.col(f).str.contains(pattern)) for f in texts]
    booleans = [field for field in fields if field in BOOLEANS]
    rules += [Rule(f, "invalid_boolean", ~_is_boolean(f)) for f in booleans]
    if "password" in fields:
        rules.append(Rule("password", "weak_password", pl.col("is_hash"), "hash"))
        rules.append(Rule("password", "weak_password", pl.col("weak")))
    if "password_hash" in fields:
        rules += [_hash_fault(one.value) for one in Fault]
    return rules


def attribute_rules(
    fields: Sequence[str],
    declared: Declared,
    cleared: Sequence[str],
    date_order: DateOrder | None,
) -> list[Rule]:
    """Return the rules for the attributes among the fields. `cleared` are those with `clears`."""
    if not (attributes := attribute_fields(fields)):
        return []
    required = [f for f in attribute_fields(cleared) if declared[attribute_name(f)].required]
    return [
        *(_invalid_attribute(f, declared[attribute_name(f)].type, date_order) for f in attributes),
        *(Rule(field, "missing_attribute", pl.col(clears(field))) for field in required),
        Rule(SIZE, "invalid_attribute", pl.col(SIZE) > MAX_SIZE, "too_large"),
    ]


def _invalid_attribute(field: str, kind: AttributeType, date_order: DateOrder | None) -> Rule:
    """Return the rule for the values of the field. The messages about dates name the option."""
    found = pl.col(fault(field))
    without_order = {ValueFault.AMBIGUOUS.value: "ambiguous_date"}
    of_dates = {ValueFault.DATE.value: "date_order"} if date_order else without_order
    detail = found.replace(of_dates) if kind is AttributeType.DATE else found
    return Rule(field, "invalid_attribute", found.is_not_null(), detail)


def _is_boolean(field: str) -> pl.Expr:
    """Return whether the cell is empty or a known word."""
    return folded(field).is_in([*TRUE, *FALSE, ""])


def _nul_byte(field: str) -> Rule:
    """Return the rule against NULs. In every field but the password they break another rule too."""
    broken = pl.col(field).str.contains("\0", literal=True)
    return Rule(field, "nul_byte", broken, is_implied=field != "password")


def _hash_fault(name: str) -> Rule:
    broken = (pl.col(fault("password_hash")) == name).fill_null(value=False)
    return Rule("password_hash", "invalid_password_hash", broken, name)


def _too_long(field: str) -> Rule:
    limit = _MAX_LENGTH[field]
    return Rule(field, "field_too_long", pl.col(field).str.len_chars() > limit, str(limit))


def has_long_field(fields: Sequence[str]) -> pl.Expr:
    """Return whether a field of the row is longer than its limit."""
    return pl.any_horizontal(_too_long(field).broken for field in _MAX_LENGTH if field in fields)
