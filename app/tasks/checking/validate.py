"""Which rows are people. Knows no Django.

A row is refused by the first rule that it breaks.
"""

from collections.abc import Callable

import polars as pl

from tasks.checking.rules import TEXTS, TRUE, Rule, folded, rules_for
from tasks.reading import rejections
from tasks.reading.header import SECRETS, Header
from tasks.reading.spreadsheet import GUARDED
from users_uc.emails import ALREADY_NORMAL, POSSIBLE, InvalidEmailError, normalise
from users_uc.text import PASSWORD_MAX_LENGTH

type WeakPassword = Callable[[str, str, str], bool]
"""Whether a password is too weak for the person of this e-mail and name."""


def check(
    rows: pl.DataFrame, header: Header, *, weak_password: WeakPassword
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a batch (see parse.Batch) into people and refusals (see rejections.SCHEMA).

    People have record, line, the normalised email, and, where the file has these columns: name,
    phone; is_active, null where its cell is empty; password and password_hash, empty for none.
    """
    fields = list(header.columns)
    trimmed = rows.with_columns(_trimmed(field, header) for field in fields if field != "password")
    judged = trimmed.with_columns(_normalised(trimmed["email"]))
    if "password" in fields:
        judged = judged.with_columns(_weak(judged, weak_password))
    rules = rules_for(fields)
    is_broken = pl.any_horizontal(rule.broken for rule in rules if not rule.is_implied)
    judged = judged.with_columns(is_broken.fill_null(value=False).alias("broken"))
    people = judged.filter(~pl.col("broken")).select(
        "record", "line", pl.col("normal").alias("email"), *_kept(fields)
    )
    rejected = judged.filter("broken").with_columns(_first_broken(rules))
    return people, _rejected_rows(rejected, rules, header)


def _first_broken(rules: list[Rule]) -> pl.Expr:
    """The number of the `rule` that a refused row breaks first."""
    broken = [pl.when(rule.broken).then(i) for i, rule in enumerate(rules)]
    return pl.coalesce(broken).alias("rule")


def _trimmed(field: str, header: Header) -> pl.Expr:
    cell = pl.col(field)
    return (_unguarded(cell) if header.returned else cell).str.strip_chars()


def _unguarded(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(GUARDED)).then(cell.str.slice(1)).otherwise(cell)


def _normalised(emails: pl.Series) -> pl.Series:
    """The series `normal`: what emails.normalise says, null where it refuses.

    Nearly all addresses are ALREADY_NORMAL but for their case, or not even POSSIBLE; the others go
    one by one.
    """
    lower = emails.str.to_lowercase().alias("normal")
    plain = lower.str.contains(ALREADY_NORMAL) & (emails.str.len_bytes() == lower.str.len_bytes())
    if plain.all():
        return lower
    others = emails.filter(~plain & lower.str.contains(POSSIBLE))
    exact = pl.Series(others.unique(), dtype=pl.String)
    table = pl.DataFrame(
        {"raw": exact, "normal": pl.Series([_normal_or_none(e) for e in exact], dtype=pl.String)}
    )
    spelled = pl.DataFrame({"raw": emails, "lower": lower, "plain": plain})
    return spelled.join(table, on="raw", how="left", maintain_order="left").select(
        pl.when("plain").then("lower").otherwise("normal").alias("normal")
    )["normal"]


def _normal_or_none(email: str) -> str | None:
    try:
        return normalise(email)
    except InvalidEmailError:
        return None


def _weak(rows: pl.DataFrame, weak_password: WeakPassword) -> pl.Series:
    """The series `weak`; what is too long anyway is not looked at."""
    names = rows["name"] if "name" in rows.columns else pl.repeat("", rows.height, eager=True)
    people = zip(rows["password"], rows["email"], names, strict=True)
    weak = [0 < len(p) <= PASSWORD_MAX_LENGTH and weak_password(p, e, n) for p, e, n in people]
    return pl.Series("weak", weak, dtype=pl.Boolean)


def _kept(fields: list[str]) -> list[pl.Expr]:
    texts = [pl.col(f) for f in fields if f in (*TEXTS, *SECRETS)]
    given = pl.when(folded("is_active") != "").then(folded("is_active").is_in(TRUE))
    return texts + [given.alias("is_active")] * ("is_active" in fields)


def _rejected_rows(rejected: pl.DataFrame, rules: list[Rule], header: Header) -> pl.DataFrame:
    """The broken rules' names and values, in the rows' order.

    Without values where the file has secrets: a delimiter too many, and they stand in any column.
    """
    parts = [
        rejected.filter(pl.col("rule") == i).select(
            "record",
            "line",
            pl.lit(rule.column).alias("column"),
            pl.lit(rule.code).alias("code"),
            pl.lit(rule.detail).alias("detail"),
            (pl.lit("") if header.has_secrets else _shown(rule.column)).alias("value"),
        )
        for i, rule in enumerate(rules)
        if not rejected.is_empty()
    ]
    empty = pl.DataFrame(schema=rejections.SCHEMA)
    return pl.concat([empty, *parts]).sort("record")


def _shown(column: str) -> pl.Expr:
    """What of a refused cell is kept."""
    cell = pl.col(column).str.slice(0, rejections.VALUE_MAX_LENGTH)
    return cell.str.replace_all("\0", "\\x00", literal=True)
