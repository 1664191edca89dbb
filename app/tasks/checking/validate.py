"""Division of a batch into users and rejected rows.

A row is rejected by the first rule that it breaks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from tasks.checking.attributes import SIZE, with_stored_values
from tasks.checking.clearing import cleared_fields, names_of_cleared, with_cleared
from tasks.checking.hashes import are_hashes, with_stored_hashes
from tasks.checking.merging import merged, sources
from tasks.checking.rules import (
    NEEDED_LENGTH,
    TEXTS,
    Rule,
    attribute_rules,
    has_long_field,
    rules_for,
)
from tasks.checking.stored_forms import stored
from tasks.checking.tidying import folded, tidied
from tasks.options import DEFAULT_OPTIONS, Options
from tasks.reading import rejections
from tasks.reading.header import Header
from tasks.reading.header_columns import BOOLEANS, SUPERUSERS_FIELD
from tasks.reading.header_rules import SECRETS, attribute_fields
from tasks.reading.known_headers import TRUE
from tasks.reading.spreadsheet import GUARDED
from users_uc.attributes.declared import NO_ATTRIBUTES, Declared
from users_uc.emails import ALREADY_NORMAL, POSSIBLE, InvalidEmailError, normalise

type WeakPassword = Callable[[str, str, str], bool]
"""Returns whether a password is too weak for the user with this e-mail address and name."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The rules of the installation.

    Hashes of Firebase have as many bytes as the key, none without a key.
    """

    weak_password: WeakPassword
    firebase_key_size: int = 0
    attributes: Declared = NO_ATTRIBUTES


def check(
    rows: pl.DataFrame,
    header: Header,
    *,
    policy: Policy,
    heartbeat: Callable[[], None],
    options: Options = DEFAULT_OPTIONS,
    is_plain: bool = False,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split the rows of a table.Batch into users and rejected rows (see rejections.SCHEMA).

    Users have record, line, the normalised email, and, if the file has columns of them:
    name and phone, empty if the cell is; external_id, is_active and must_change_password, null if
    the cell is empty; password, and password_hash as notations.storable returns it, empty if there
    is none; verified_email, empty if it is not confirmed; the text of the value of each attribute,
    null if the cell is empty, and `cleared`, see clearing.py.

    `is_plain` is that of the batch. `heartbeat` is called for each cell that is not checked
    together with its column.
    """
    fields, cleared = list(sources(header.columns)), cleared_fields(header.columns, options)
    cells = _cells(rows, header, options, is_plain=is_plain)
    checked = cells.with_columns(_normalised(cells["email"], heartbeat))
    if "password" in fields:
        checked = _with_judged_passwords(checked, policy.weak_password, heartbeat)
    if "password_hash" in fields:
        checked = with_stored_hashes(
            checked, firebase_key_size=policy.firebase_key_size, heartbeat=heartbeat
        )
    attributes = attribute_fields(fields)
    checked = with_stored_values(
        checked, attributes, policy.attributes, options, heartbeat=heartbeat, is_plain=is_plain
    )
    rules = rules_for(fields, options.match)
    rules += attribute_rules(fields, policy.attributes, cleared, options.date_order)
    is_broken = pl.any_horizontal(rule.broken for rule in rules if not rule.is_implied)
    checked = checked.with_columns(is_broken.fill_null(value=False).alias("broken"))
    users = checked.filter(~pl.col("broken")).select(
        "record", "line", pl.col("normalised").alias("email"), *_other_fields(fields, cleared)
    )
    rejected = checked.filter("broken").with_columns(_first_broken(rules))
    return users, _rejected_rows(rejected, rules, header)


def _cells(rows: pl.DataFrame, header: Header, options: Options, *, is_plain: bool) -> pl.DataFrame:
    """Return the cells that are checked: trimmed, not much longer than allowed, and merged.

    The columns `clears(field)` follow them.
    """
    fields = list(header.columns)
    rows = rows.with_columns(_trimmed(field, header, is_plain=is_plain) for field in fields)
    rows = with_cleared(rows.with_columns(_shortened(rows, fields)), fields, options)
    rows = merged(rows)
    if "password" in fields:
        rows = rows.with_columns(_without_placeholders(pl.col("password")))
    return rows


def _first_broken(rules: list[Rule]) -> pl.Expr:
    """Return the number of the first rule that a row breaks, as `rule`."""
    broken = [pl.when(rule.broken).then(i) for i, rule in enumerate(rules)]
    return pl.coalesce(broken).alias("rule")


def _trimmed(field: str, header: Header, *, is_plain: bool) -> pl.Expr:
    """Return the cell as it is meant. The blanks around a password belong to it."""
    cell = pl.col(field)
    if header.is_guarded and field != "password":
        cell = _unguarded(cell)
    if not is_plain:
        cell = tidied(field, cell, is_exported=header.is_exported)
    return cell if field == "password" else cell.str.strip_chars()


def _shortened(rows: pl.DataFrame, fields: list[str]) -> list[pl.Series]:
    """Return the columns with long cells, cut so that no rule takes long for a cell of 1 MiB."""
    columns = (rows[field] for field in fields)
    long = (column for column in columns if (column.str.len_bytes() > NEEDED_LENGTH).any())
    return [column.str.slice(0, NEEDED_LENGTH) for column in long]


def _without_placeholders(password: pl.Expr) -> pl.Expr:
    """Return an empty password for asterisks, with which other systems export every password."""
    return password.str.replace(r"^\s*\*+\s*$", "")


def _unguarded(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(GUARDED)).then(cell.str.slice(1)).otherwise(cell)


def _normalised(emails: pl.Series, heartbeat: Callable[[], None]) -> pl.Series:
    """Return the series `normalised`: the results of emails.normalise, null for an invalid address.

    Nearly all addresses are ALREADY_NORMAL in lower case, or not even POSSIBLE. Only the others are
    normalised one by one.
    """
    lower = emails.str.to_lowercase().alias("normalised")
    plain = lower.str.contains(ALREADY_NORMAL) & (emails.str.len_bytes() == lower.str.len_bytes())
    if plain.all():
        return lower
    others = emails.filter(~plain & lower.str.contains(POSSIBLE))
    raw = pl.Series(others.unique(), dtype=pl.String)
    exact = pl.Series(_each_normalised(raw, heartbeat), dtype=pl.String)
    by_address = pl.DataFrame({"raw": raw, "exact": exact})
    addresses = pl.DataFrame({"raw": emails, "lower": lower, "plain": plain})
    return addresses.join(by_address, on="raw", how="left", maintain_order="left").select(
        pl.when("plain").then("lower").otherwise("exact").alias("normalised")
    )["normalised"]


def _each_normalised(emails: pl.Series, heartbeat: Callable[[], None]) -> Iterator[str | None]:
    for email in emails:
        heartbeat()
        try:
            yield normalise(email)
        except InvalidEmailError:
            yield None


def _with_judged_passwords(
    rows: pl.DataFrame, weak_password: WeakPassword, heartbeat: Callable[[], None]
) -> pl.DataFrame:
    """Add the columns `is_hash` and `weak`."""
    return rows.with_columns(
        are_hashes(rows["password"], heartbeat=heartbeat), _weak(rows, weak_password, heartbeat)
    )


def _weak(
    rows: pl.DataFrame, weak_password: WeakPassword, heartbeat: Callable[[], None]
) -> pl.Series:
    """Return the series `weak`. Rows with a field that is too long are not examined."""
    names = rows["name"] if "name" in rows.columns else pl.repeat("", rows.height, eager=True)
    examined = rows.select((pl.col("password") != "") & ~has_long_field(rows.columns)).to_series()
    weak: list[bool] = []
    users = zip(examined, rows["password"], rows["email"], names, strict=True)
    for is_examined, *user in users:
        heartbeat()
        weak.append(is_examined and weak_password(*user))
    return pl.Series("weak", weak, dtype=pl.Boolean)


def _other_fields(fields: list[str], cleared: list[str]) -> list[pl.Expr]:
    """Return the users' columns beside the e-mail address."""
    texts = [
        pl.col(stored(f) if f == "password_hash" else f).alias(f)
        for f in fields
        if f in (*TEXTS, *SECRETS) and f != "external_id"
    ]
    nullable = {f: f for f in fields if f == "external_id"}
    nullable |= {f: stored(f) for f in attribute_fields(fields)}
    texts += [pl.when(pl.col(it) != "").then(it).alias(f) for f, it in nullable.items()]
    others = [_boolean(f).alias(f) for f in fields if f in BOOLEANS and f != SUPERUSERS_FIELD]
    others += [_verified_email()] * (SUPERUSERS_FIELD in fields)
    return texts + others + [names_of_cleared(cleared)] * bool(cleared)


def _verified_email() -> pl.Expr:
    """Return the e-mail address if the file says that it is confirmed, else an empty string."""
    is_verified = _boolean(SUPERUSERS_FIELD).fill_null(value=False)
    return pl.when(is_verified).then("normalised").otherwise(pl.lit("")).alias("verified_email")


def _boolean(field: str) -> pl.Expr:
    """Return the cell as a boolean, null if it is empty."""
    return pl.when(folded(field) != "").then(folded(field).is_in(TRUE))


def _rejected_rows(rejected: pl.DataFrame, rules: list[Rule], header: Header) -> pl.DataFrame:
    """Return the rejected rows in order, each with its broken rule and the value of its cell.

    If the file has secrets, there are no values: a stray delimiter can move a secret to any column.
    """
    parts = [
        rejected.filter(pl.col("rule") == i).select(
            "record",
            "line",
            pl.lit(rule.column).alias("column"),
            pl.lit(rule.code).alias("code"),
            _detail(rule).alias("detail"),
            (pl.lit("") if header.has_secrets else _value(rule.column)).alias("value"),
        )
        for i, rule in enumerate(rules)
        if not rejected.is_empty()
    ]
    empty = pl.DataFrame(schema=rejections.SCHEMA)
    return pl.concat([empty, *parts]).sort("record")


def _detail(rule: Rule) -> pl.Expr:
    return pl.lit(rule.detail) if isinstance(rule.detail, str) else rule.detail


def _value(column: str) -> pl.Expr:
    """Return the part of a rejected cell that is stored and shown. No cell alone has the SIZE."""
    if column == SIZE:
        return pl.lit("")
    cell = pl.col(column).str.slice(0, rejections.VALUE_MAX_LENGTH)
    return cell.str.replace_all("\0", "\\x00", literal=True)
