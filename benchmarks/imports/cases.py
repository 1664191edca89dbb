"""The cases of import_speed."""

from functools import partial
from typing import Final

from benchmarks.imports import duels, files
from benchmarks.imports.case import Case

_COPY = "raw COPY of the same file"
_JSON_COPY = "raw COPY of the same users with their attributes as JSON"
_GOOD_COPY = "raw COPY of the same users without errors"
_INTO_EMPTY = "raw COPY of the same file into an empty table"

CASES: Final = (
    Case(name="clean", title="new, clean file", against=_COPY, aim=1.15, build=duels.new),
    Case(
        name="quoted",
        title="new, every cell quoted, `;`, Windows-1252",
        against=_COPY,
        aim=0.9,
        build=duels.quoted,
    ),
    Case(
        name="all_exist",
        title="all exist, mode create",
        against=_INTO_EMPTY,
        aim=1.3,
        build=partial(duels.exist, every=1),
    ),
    Case(
        name="1_percent_exist",
        title="1 % exist, mode create",
        against=_INTO_EMPTY,
        aim=0.85,
        build=partial(duels.exist, every=100),
    ),
    Case(
        name="50_percent_exist",
        title="50 % exist, mode create",
        against=_INTO_EMPTY,
        aim=0.85,
        build=partial(duels.exist, every=2),
    ),
    Case(
        name="unchanged",
        title="mode upsert, nothing changed",
        against=_INTO_EMPTY,
        aim=1.2,
        build=duels.unchanged,
    ),
    Case(
        name="changed",
        title="mode upsert, everything changed",
        against=_INTO_EMPTY,
        aim=0.5,
        build=duels.changed,
    ),
    Case(
        name="external_id",
        title="mode upsert by external id, 1 % have a new e-mail address",
        against=_INTO_EMPTY,
        aim=0.8,
        build=duels.by_external_id,
    ),
    Case(
        name="attributes",
        title="three attributes in each row",
        against=_JSON_COPY,
        aim=0.9,
        build=partial(duels.with_attributes, groups=1),
    ),
    Case(
        name="wide",
        title="36 attributes in each row",
        against=_JSON_COPY,
        aim=0.3,
        build=partial(duels.with_attributes, groups=12),
        size=0.6,
        memory_mb=900,
    ),
    Case(
        name="invalid_email",
        title="all rejected: `invalid_email`",
        against=_GOOD_COPY,
        aim=1.15,
        build=partial(duels.bad, damage=files.without_at),
    ),
    Case(
        name="too_few_columns",
        title="all rejected: `too_few_columns`",
        against=_GOOD_COPY,
        aim=1.15,
        build=partial(duels.bad, damage=files.without_last_cell),
    ),
    Case(
        name="crowd",
        title="new, into a table of ten times as many other users",
        against="raw COPY into that table",
        aim=0.95,
        build=duels.crowded,
    ),
    Case(
        name="long",
        title="ten times as many rows, 1 % of them duplicates far apart",
        against="the import of the clean file",
        aim=0.8,
        build=duels.long,
        size=10,
        warm_up=0.1,
        memory_mb=900,
    ),
    Case(
        name="bulk_create",
        title="new, clean file",
        against="`clean_fields`, `bulk_create(1000, ignore_conflicts)`",
        aim=10,
        build=partial(duels.peer, module="bulk_create"),
    ),
    Case(
        name="import_export",
        title="new, clean file",
        against="django-import-export, its fastest settings",
        aim=12,
        build=partial(duels.peer, module="import_export"),
    ),
    Case(
        name="passwords",
        title="plain passwords",
        against="Argon2id alone on all cores",
        aim=0.85,
        build=duels.passwords,
        size=0.02,
        warm_up=0.05,
    ),
)
