"""Which rows are people. Knows no Django.

Each rule is one expression over whole columns; a row is refused by the first that it breaks.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tasks.pipeline import rejects
from tasks.pipeline.header import Header
from tasks.pipeline.spreadsheet import GUARDED
from users_uc.emails import ALREADY_NORMAL, MAX_LENGTH, InvalidEmailError, normalise
from users_uc.text import CONTROL_CHARACTERS, NAME_MAX_LENGTH, PHONE_MAX_LENGTH

_TRUE: Final = ("true", "1", "yes", "y", "t", "sim", "s", "verdadeiro", "ativo", "")
_FALSE: Final = ("false", "0", "no", "n", "f", "não", "nao", "falso", "inativo")
_MAX_LENGTH: Final = {"email": MAX_LENGTH, "name": NAME_MAX_LENGTH, "phone": PHONE_MAX_LENGTH}


@dataclass(frozen=True)
class Rule:
    """`broken` is true for the rows that break it; it sees the column `normal` beside the cells."""

    column: str
    code: str
    broken: pl.Expr
    detail: str = ""


def check(rows: pl.DataFrame, header: Header) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a batch (see parse.Batch) into people and refusals (see rejects.SCHEMA).

    People have record, line, the normalised email, and name, phone, is_active where the file has
    these columns.
    """
    fields = list(header.columns)
    cells = [pl.col(field) for field in fields]
    if header.guarded:
        cells = [_unguarded(cell) for cell in cells]
    trimmed = rows.with_columns(cell.str.strip_chars() for cell in cells)
    normal = _normalised(trimmed["email"])
    rules = _rules(fields)
    broken = [pl.when(rule.broken).then(i) for i, rule in enumerate(rules)]
    judged = trimmed.with_columns(normal).with_columns(pl.coalesce(broken).alias("rule"))
    people = judged.filter(pl.col("rule").is_null()).select(
        "record", "line", pl.col("normal").alias("email"), *_kept(fields)
    )
    refused = judged.filter(pl.col("rule").is_not_null())
    return people, _refusals(refused, rules)


def _unguarded(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(GUARDED)).then(cell.str.slice(1)).otherwise(cell)


def _normalised(emails: pl.Series) -> pl.Series:
    """The series `normal`: what emails.normalise says, null where it refuses.

    Nearly all addresses are ALREADY_NORMAL but for their case; the others go one by one.
    """
    lower = emails.str.to_lowercase().alias("normal")
    plain = lower.str.contains(ALREADY_NORMAL) & (emails.str.len_bytes() == lower.str.len_bytes())
    if plain.all():
        return lower
    others = emails.filter(~plain)
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


def _rules(fields: list[str]) -> list[Rule]:
    texts = [field for field in fields if field in ("name", "phone")]
    rules = [Rule(f, "nul_byte", pl.col(f).str.contains("\0", literal=True)) for f in fields]
    rules.append(Rule("email", "missing_email", pl.col("email") == ""))
    rules += [_too_long(field) for field in ["email", *texts]]
    rules.append(Rule("email", "invalid_email", pl.col("normal").is_null()))
    pattern = f"[{CONTROL_CHARACTERS}]"
    rules += [Rule(f, "control_character", pl.col(f).str.contains(pattern)) for f in texts]
    if "is_active" in fields:
        known = _folded("is_active").is_in([*_TRUE, *_FALSE])
        rules.append(Rule("is_active", "invalid_boolean", ~known))
    return rules


def _too_long(field: str) -> Rule:
    limit = _MAX_LENGTH[field]
    return Rule(field, "field_too_long", pl.col(field).str.len_chars() > limit, str(limit))


def _folded(field: str) -> pl.Expr:
    return pl.col(field).str.to_lowercase()


def _kept(fields: list[str]) -> list[pl.Expr]:
    texts = [pl.col(field) for field in fields if field in ("name", "phone")]
    active = [_folded(f).is_in(_TRUE).alias(f) for f in fields if f == "is_active"]
    return texts + active


def _refusals(refused: pl.DataFrame, rules: list[Rule]) -> pl.DataFrame:
    """The broken rules' names and values, in the rows' order."""
    parts = [
        refused.filter(pl.col("rule") == i).select(
            "record",
            "line",
            pl.lit(rule.column).alias("column"),
            pl.lit(rule.code).alias("code"),
            pl.lit(rule.detail).alias("detail"),
            pl.col(rule.column)
            .str.slice(0, rejects.VALUE_MAX_LENGTH)
            .str.replace_all("\0", "\\x00", literal=True)
            .alias("value"),
        )
        for i, rule in enumerate(rules)
        if not refused.is_empty()
    ]
    empty = pl.DataFrame(schema=rejects.SCHEMA)
    return pl.concat([empty, *parts]).sort("record")
