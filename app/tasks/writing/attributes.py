"""The attributes of a chunk's users, as JSON."""

from collections.abc import Sequence
from typing import Final

import polars as pl
from django.db import OperationalError

from tasks.checking.attributes import BARE, are_values
from tasks.codes import FileError
from tasks.options import Options
from tasks.reading.header_rules import attribute_fields, attribute_name
from users_uc.attribute_queries import declared_attributes, lock_values
from users_uc.attributes.declared import AttributeType, Declared

ATTRIBUTES: Final = "attributes"
CHANGED_ATTRIBUTES: Final = "changed_attributes"
MISSING: Final = "missing_attribute"
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"'} | {
    character: f"\\u{ord(character):04x}" for character in "\t\n\v\f\r"
}


def with_documents(rows: pl.DataFrame, options: Options, declared: Declared) -> pl.DataFrame:
    """Return a chunk's rows with JSON in place of the columns of attributes.

    ATTRIBUTES has the values of a new user. CHANGED_ATTRIBUTES is there if the option `update`
    allows only some of them for an existing user, and has these. MISSING is there if an attribute
    is required, and has the name of one without a value; it is null for other rows.

    Raises `FileError` (attribute_changed) if a value does not fit its attribute any more.
    """
    if required := [attribute.name for attribute in declared.values() if attribute.required]:
        rows = rows.with_columns(_missing(required, rows.columns))
    fields = attribute_fields(rows.columns)
    if not fields:
        return rows
    _require_values(rows, fields, declared)
    changed = [field for field in fields if options.may_update(field)]
    documents = [_document(fields, declared).alias(ATTRIBUTES)]
    if changed != fields:
        documents.append(_document(changed, declared).alias(CHANGED_ATTRIBUTES))
    return rows.with_columns(documents).drop(fields)


def require_unchanged(declared: Declared) -> None:
    """Keep the declarations as they are until the transaction ends.

    Raises `OperationalError`, which causes a retry, if they have changed already.
    """
    lock_values()
    if declared_attributes() != declared:
        raise OperationalError(
            "An attribute was changed while a chunk was prepared. The chunk must be loaded again."
        )


def _missing(required: Sequence[str], columns: Sequence[str]) -> pl.Expr:
    fields = {attribute_name(field): field for field in attribute_fields(columns)}
    names = [
        pl.when(pl.col(fields[name]).is_null() if name in fields else pl.lit(value=True)).then(
            pl.lit(name)
        )
        for name in required
    ]
    return pl.coalesce(names).alias(MISSING)


def _require_values(rows: pl.DataFrame, fields: Sequence[str], declared: Declared) -> None:
    for field in fields:
        attribute = declared.get(attribute_name(field))
        if attribute is None or not are_values(rows[field], attribute):
            raise FileError("attribute_changed")


def _document(fields: Sequence[str], declared: Declared) -> pl.Expr:
    """Return a JSON object with the values that are not null."""
    if not fields:
        return pl.lit("{}")
    entries = [_entry(field, declared[attribute_name(field)].type) for field in fields]
    joined = pl.concat_str(entries, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), joined, pl.lit("}"))


def _entry(field: str, attribute_type: AttributeType) -> pl.Expr:
    name, text = pl.lit(f'"{attribute_name(field)}":'), pl.col(field)
    if attribute_type in BARE:
        return pl.concat_str(name, text)
    escaped = text.str.replace_many(_ESCAPES)
    return pl.concat_str(name, pl.lit('"'), escaped, pl.lit('"'))
