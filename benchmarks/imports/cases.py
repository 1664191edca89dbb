"""The cases of import_speed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.imports import files
from benchmarks.imports.case import Case, Duel
from benchmarks.imports.sides import Import, Peer, RawCopy
from benchmarks.imports.tables import DeclaredAttributes, FileUsers, ManyUsers

_PEER_DIVISOR = 10
"""Peers get a tenth of the rows, because all of them take minutes. The rows/s are compared."""


def _new(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}),
        other=RawCopy(path=path, rows=rows),
    )


def _quoted(folder: Path, rows: int) -> Duel:
    path = files.rewritten(
        files.clean(folder, rows), "quoted.csv", files.quoted, encoding="windows-1252"
    )
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}),
        other=RawCopy(path=path, rows=rows, form=", DELIMITER ';', ENCODING 'WIN1252'"),
    )


def _exist(folder: Path, rows: int, *, every: int) -> Duel:
    path = files.clean(folder, rows)
    existing = files.rewritten(path, "existing.csv", every=every)
    skipped = len(range(0, rows, every))
    outcomes = {"created": rows - skipped, "skipped": skipped}
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes, before=FileUsers(existing)),
        other=RawCopy(path=path, rows=rows),
    )


def _unchanged(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    outcomes = {"unchanged": rows}
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes, before=FileUsers(path), mode="upsert"),
        other=RawCopy(path=path, rows=rows),
    )


def _changed(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    former = files.rewritten(path, "former.csv", files.with_other_cells)
    return Duel(
        ours=Import(
            path=path,
            rows=rows,
            outcomes={"updated": rows},
            before=FileUsers(former),
            mode="upsert",
            also={"SELECT count(*) FROM users_uc_user WHERE name LIKE 'Former%'": 0},
        ),
        other=RawCopy(path=path, rows=rows),
    )


def _by_external_id(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    before = files.rewritten(path, "before.csv", files.with_external_id)
    after = files.rewritten(path, "after.csv", files.with_some_new_emails)
    with after.open(encoding="utf-8") as lines:
        updated = sum(line.startswith("new.") for line in lines)
    return Duel(
        ours=Import(
            path=after,
            rows=rows,
            outcomes={"updated": updated, "unchanged": rows - updated},
            before=FileUsers(before),
            mode="upsert",
            match="external_id",
            also={"SELECT count(*) FROM users_uc_user WHERE email LIKE 'new.%'": updated},
        ),
        other=RawCopy(path=after, rows=rows),
    )


def _with_attributes(folder: Path, rows: int, *, groups: int) -> Duel:
    path = files.clean(folder, rows)
    cells = partial(files.with_attributes, groups=groups)
    ours = files.rewritten(path, "attributes.csv", cells)
    other = files.rewritten(path, "json.csv", partial(files.with_json, groups=groups))
    before = DeclaredAttributes(files.attribute_types(groups))
    last = f"since{groups - 1}"
    also = {f"SELECT count(*) FROM users_uc_user WHERE attributes ? '{last}'": rows}  # noqa: S608
    return Duel(
        ours=Import(path=ours, rows=rows, outcomes={"created": rows}, before=before, also=also),
        other=RawCopy(path=other, rows=rows, before=before),
    )


def _bad(folder: Path, rows: int, *, damage: Callable[[str], str]) -> Duel:
    good = files.clean(folder, rows)
    bad = files.rewritten(good, "bad.csv", damage)
    return Duel(
        ours=Import(path=bad, rows=rows, outcomes={"failed": rows}),
        other=RawCopy(path=good, rows=rows),
    )


def _crowded(folder: Path, rows: int) -> Duel:
    new, others = files.two_groups(folder, rows, 10 * rows)
    before = ManyUsers(others, 10 * rows)
    return Duel(
        ours=Import(path=new, rows=rows, outcomes={"created": rows}, before=before),
        other=RawCopy(path=new, rows=rows, before=before),
    )


def _long(folder: Path, rows: int) -> Duel:
    repeated = rows // 100
    outcomes = {"created": rows - repeated, "failed": repeated}
    path = files.with_repeats(folder, rows)
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes),
        other=_new(folder, rows // 10).ours,
    )


def _peer(folder: Path, rows: int, *, module: str) -> Duel:
    fewer = rows // _PEER_DIVISOR
    path = files.clean(folder, fewer)
    return Duel(
        ours=_new(folder, rows).ours,
        other=Peer(module=module, path=path, rows=fewer, users=fewer),
    )


def _passwords(folder: Path, rows: int) -> Duel:
    path = files.rewritten(files.clean(folder, rows), "passwords.csv", files.with_password)
    fewer = rows // _PEER_DIVISOR
    sample = files.rewritten(path, "sample.csv", every=_PEER_DIVISOR)
    hashed = "SELECT count(*) FROM users_uc_user WHERE password LIKE 'argon2$argon2id$%'"
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}, also={hashed: rows + 1}),
        other=Peer(module="bare_argon2id", path=sample, rows=fewer, users=0),
    )


_COPY = "raw COPY of the same file"
_JSON_COPY = "raw COPY of the same users with their attributes as JSON"
_GOOD_COPY = "raw COPY of the same users without errors"
_INTO_EMPTY = "raw COPY of the same file into an empty table"

CASES: Final = (
    Case(name="clean", title="new, clean file", against=_COPY, aim=1.15, build=_new),
    Case(
        name="quoted",
        title="new, every cell quoted, `;`, Windows-1252",
        against=_COPY,
        aim=0.9,
        build=_quoted,
    ),
    Case(
        name="all_exist",
        title="all exist, mode create",
        against=_INTO_EMPTY,
        aim=1.3,
        build=partial(_exist, every=1),
    ),
    Case(
        name="1_percent_exist",
        title="1 % exist, mode create",
        against=_INTO_EMPTY,
        aim=0.85,
        build=partial(_exist, every=100),
    ),
    Case(
        name="50_percent_exist",
        title="50 % exist, mode create",
        against=_INTO_EMPTY,
        aim=0.85,
        build=partial(_exist, every=2),
    ),
    Case(
        name="unchanged",
        title="mode upsert, nothing changed",
        against=_INTO_EMPTY,
        aim=1.2,
        build=_unchanged,
    ),
    Case(
        name="changed",
        title="mode upsert, everything changed",
        against=_INTO_EMPTY,
        aim=0.5,
        build=_changed,
    ),
    Case(
        name="external_id",
        title="mode upsert by external id, 1 % have a new e-mail address",
        against=_INTO_EMPTY,
        aim=0.8,
        build=_by_external_id,
    ),
    Case(
        name="attributes",
        title="three attributes in each row",
        against=_JSON_COPY,
        aim=0.9,
        build=partial(_with_attributes, groups=1),
    ),
    Case(
        name="wide",
        title="36 attributes in each row",
        against=_JSON_COPY,
        aim=0.3,
        build=partial(_with_attributes, groups=12),
        size=0.6,
        memory_mb=900,
    ),
    Case(
        name="invalid_email",
        title="all rejected: `invalid_email`",
        against=_GOOD_COPY,
        aim=1.15,
        build=partial(_bad, damage=files.without_at),
    ),
    Case(
        name="too_few_columns",
        title="all rejected: `too_few_columns`",
        against=_GOOD_COPY,
        aim=1.15,
        build=partial(_bad, damage=files.without_last_cell),
    ),
    Case(
        name="crowd",
        title="new, into a table of ten times as many other users",
        against="raw COPY into that table",
        aim=0.95,
        build=_crowded,
    ),
    Case(
        name="long",
        title="ten times as many rows, 1 % of them duplicates far apart",
        against="the import of the clean file",
        aim=0.8,
        build=_long,
        size=10,
        warm_up=0.1,
        memory_mb=900,
    ),
    Case(
        name="bulk_create",
        title="new, clean file",
        against="`clean_fields`, `bulk_create(1000, ignore_conflicts)`",
        aim=10,
        build=partial(_peer, module="bulk_create"),
    ),
    Case(
        name="import_export",
        title="new, clean file",
        against="django-import-export, its fastest settings",
        aim=12,
        build=partial(_peer, module="import_export"),
    ),
    Case(
        name="passwords",
        title="plain passwords",
        against="Argon2id alone on all cores",
        aim=0.85,
        build=_passwords,
        size=0.02,
        warm_up=0.05,
    ),
)
