"""The two sides of each case of import_speed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.imports import files
from benchmarks.imports.case import Duel
from benchmarks.imports.sides import Import, Peer, RawCopy
from benchmarks.imports.tables import DeclaredAttributes, FileUsers, ManyUsers

_PEER_DIVISOR = 10
"""Peers get a tenth of the rows, because all of them take minutes. The rows/s are compared."""


def new(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}),
        other=RawCopy(path=path, rows=rows),
    )


def quoted(folder: Path, rows: int) -> Duel:
    path = files.rewritten(
        files.clean(folder, rows), "quoted.csv", files.quoted, encoding="windows-1252"
    )
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}),
        other=RawCopy(path=path, rows=rows, form=", DELIMITER ';', ENCODING 'WIN1252'"),
    )


def exist(folder: Path, rows: int, *, every: int) -> Duel:
    path = files.clean(folder, rows)
    existing = files.rewritten(path, "existing.csv", every=every)
    skipped = len(range(0, rows, every))
    outcomes = {"created": rows - skipped, "skipped": skipped}
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes, before=FileUsers(existing)),
        other=RawCopy(path=path, rows=rows),
    )


def unchanged(folder: Path, rows: int) -> Duel:
    path = files.clean(folder, rows)
    outcomes = {"unchanged": rows}
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes, before=FileUsers(path), mode="upsert"),
        other=RawCopy(path=path, rows=rows),
    )


def changed(folder: Path, rows: int) -> Duel:
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


def by_external_id(folder: Path, rows: int) -> Duel:
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


def with_attributes(folder: Path, rows: int, *, groups: int) -> Duel:
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


def bad(folder: Path, rows: int, *, damage: Callable[[str], str]) -> Duel:
    good = files.clean(folder, rows)
    bad = files.rewritten(good, "bad.csv", damage)
    return Duel(
        ours=Import(path=bad, rows=rows, outcomes={"failed": rows}),
        other=RawCopy(path=good, rows=rows),
    )


def crowded(folder: Path, rows: int) -> Duel:
    new, others = files.two_groups(folder, rows, 10 * rows)
    before = ManyUsers(others, 10 * rows)
    return Duel(
        ours=Import(path=new, rows=rows, outcomes={"created": rows}, before=before),
        other=RawCopy(path=new, rows=rows, before=before),
    )


def long(folder: Path, rows: int) -> Duel:
    repeated = rows // 100
    outcomes = {"created": rows - repeated, "failed": repeated}
    path = files.with_repeats(folder, rows)
    return Duel(
        ours=Import(path=path, rows=rows, outcomes=outcomes),
        other=new(folder, rows // 10).ours,
    )


def peer(folder: Path, rows: int, *, module: str) -> Duel:
    fewer = rows // _PEER_DIVISOR
    path = files.clean(folder, fewer)
    return Duel(
        ours=new(folder, rows).ours,
        other=Peer(module=module, path=path, rows=fewer, users=fewer),
    )


def passwords(folder: Path, rows: int) -> Duel:
    path = files.rewritten(files.clean(folder, rows), "passwords.csv", files.with_password)
    fewer = rows // _PEER_DIVISOR
    sample = files.rewritten(path, "sample.csv", every=_PEER_DIVISOR)
    hashed = "SELECT count(*) FROM users_uc_user WHERE password LIKE 'argon2$argon2id$%'"
    return Duel(
        ours=Import(path=path, rows=rows, outcomes={"created": rows}, also={hashed: rows + 1}),
        other=Peer(module="bare_argon2id", path=sample, rows=fewer, users=0),
    )
