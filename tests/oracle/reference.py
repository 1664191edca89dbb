"""The reference importer, which is the specification as code: slow, in memory, record by record.

It shares one function with the importer that it checks, `users_uc.emails.normalise`, because by
design there is only one normaliser. It has no limits on size, so files must be small.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.oracle import known_headers, reading, rules
from tests.oracle.header import Header, header_of, with_surplus
from tests.oracle.header_search import Place, header_place
from tests.oracle.limits import Limits
from tests.oracle.reading import FileError, Record
from tests.oracle.users import UserRow, UserTable, apply_cells, new_user
from users_uc.emails import normalise

OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")


@dataclass
class RecordResult:
    """The result of a record; a failed one has `column` and `code`.

    `returned_cells`: its cells in failed-rows.csv. `repeated`: the e-mail address of a duplicate.
    `stays_inactive`: it is skipped because its user has deactivated the account.
    """

    line: int
    record: int
    outcome: str = ""
    column: str = ""
    code: str = ""
    cells: Sequence[str] = ()
    returned_cells: Sequence[str] = ()
    repeated: str = ""
    stays_inactive: bool = False


@dataclass(kw_only=True)
class Expected:
    """The state that must hold after the import.

    `refused`: the error code if the upload gets a 400; there is no header then.
    """

    users: UserTable
    limits: Limits = field(default_factory=Limits)
    header: Header | None = None
    refused: str = ""
    status: str = "SUCCESS"
    error: str = ""
    results: list[RecordResult] = field(default_factory=list)
    file: dict[str, str | int | None] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts as the status document has them."""
        counted = Counter(result.outcome for result in self.results)
        return {"rows": len(self.results)} | {name: counted[name] for name in OUTCOMES}

    def with_outcome(self, *outcomes: str) -> list[RecordResult]:
        """Return the listed results with one of these outcomes, in the order of the file.

        Rejected rows are kept in the order of the file, and then duplicates in the order of their
        e-mail addresses.
        """
        rejected = [result for result in self.results if result.outcome == "failed"]
        kept = sorted(rejected, key=lambda result: result.repeated)[: self.limits.kept]
        records = {result.record for result in kept}
        return [
            result
            for result in self.results
            if result.outcome in outcomes
            and (result.outcome != "failed" or result.record in records)
        ]

    @property
    def left_out(self) -> int:
        """Return the number of rejected rows that are counted but not listed."""
        return max(self.counts["failed"] - self.limits.kept, 0)


def expected(
    data: bytes,
    options: Mapping[str, str],
    users: UserTable,
    limits: Limits | None = None,
    *,
    by_superuser: bool = False,
) -> Expected:
    """Return the expected result of an upload of `data` with these form fields.

    `users`: the users that exist before. `by_superuser`: the uploader is a superuser.
    """
    expectation = Expected(users=users, limits=limits or Limits())
    try:
        expectation.header, rows = _read_header(
            data, options, expectation, by_superuser=by_superuser
        )
    except FileError as error:
        expectation.refused = error.code
        return expectation
    try:
        valid = dict(_check_records(list(rows), expectation, options.get("max_errors")))
    except FileError as error:
        expectation.results, expectation.status, expectation.error = [], "FAILURE", error.code
        return expectation
    expectation.error = _verdict(expectation.results, options, expectation.limits)
    if expectation.error:
        expectation.status = "FAILURE"
        for result, _ in valid.values():
            result.outcome = "not_loaded"
        return expectation
    expectation.users = _write_users(
        valid,
        users,
        upsert=options.get("mode") == "upsert",
        must_change=options.get("must_change_password") == "true",
    )
    if options.get("dry_run") == "true":
        expectation.users = users
    return expectation


def _read_header(
    data: bytes, options: Mapping[str, str], expectation: Expected, *, by_superuser: bool
) -> tuple[Header, Iterator[Record]]:
    content, compression = reading.decompressed(data)
    if not content:
        raise FileError("empty_file")
    encoding, text = reading.decoded(content, options.get("encoding"))
    lines = reading.physical_lines(text)
    separator = reading.separator(lines)
    start = 1 if separator else 0
    columns: dict[str, str | None] = json.loads(options.get("columns", "{}"))
    given = options.get("delimiter") or separator
    delimiters = [given] if given else reading.DELIMITERS
    places = {one: header_place(lines, one, columns, start=start) for one in delimiters}
    delimiter = max(delimiters, key=lambda one: _score(places[one]))
    place = places[delimiter]
    if place is None:
        raise FileError("missing_header")
    unread = () if by_superuser else ("email_verified",)
    header = header_of(place.record, columns, encoding, place.sample, unread)
    expectation.file = {
        "encoding": encoding,
        "delimiter": delimiter,
        "compression": compression,
        "header_line": place.record.line,
    }
    below = place.record.line - 1 + place.record.height
    header = with_surplus(header, reading.records(_first_lines(lines, start=below), delimiter))
    rows = reading.records(lines, delimiter, start=below)
    if place.sample and known_headers.are_labels(place.sample[0], header.fields):
        next(rows)
    return header, rows


def _score(place: Place | None) -> tuple[bool, int, int]:
    """Prefer a delimiter with which a header is recognised, has known columns, and has many."""
    return (place.recognised, place.known, place.width) if place else (False, 0, 0)


def _first_lines(lines: Sequence[str], *, start: int) -> list[str]:
    """Return the lines from index `start` on that end within 64 KiB, or all of less."""
    first: list[str] = []
    size = 0
    for line in lines[start:]:
        size += reading.utf8_size(line)
        if size >= 65536 + (line[-1:] == "\n"):
            return first
        first.append(line)
    return first


type ValidRecord = tuple[RecordResult, Mapping[str, str]]


def _check_records(
    rows: Sequence[Record], expectation: Expected, max_errors: str | None
) -> Iterator[tuple[str, ValidRecord]]:
    """Append a result for each record; yield the valid ones, each e-mail address once.

    Stop when too many records are rejected for other reasons than a repeated e-mail address.
    """
    header, results = expectation.header, expectation.results
    assert header is not None
    seen: set[str] = set()
    rejected = 0
    for number, record in enumerate(rows, start=1):
        result = RecordResult(
            record.line,
            number,
            cells=record.cells or (),
            returned_cells=header.returned_cells(record),
        )
        results.append(result)
        values, fault = header.values_by_field(record)
        fault = fault or rules.fault(values)
        rejected += bool(fault)
        email = "" if fault else normalise(values["email"])
        if not fault and email in seen:
            fault, result.repeated = ("email", "duplicate_in_file"), email
        if fault:
            result.outcome, (result.column, result.code) = "failed", fault
            if expectation.limits.forbid(failed=rejected, rows=number, max_errors=max_errors):
                return
        else:
            seen.add(email)
            yield email, (result, values)


def _verdict(results: Sequence[RecordResult], options: Mapping[str, str], limits: Limits) -> str:
    """Return the code of the limit that stops the import before any row is loaded."""
    failed = sum(result.outcome == "failed" for result in results)
    max_errors = options.get("max_errors")
    if limits.forbid(failed=failed, rows=len(results), max_errors=max_errors):
        return "too_many_errors"
    if failed and options.get("on_error") == "abort":
        return "aborted"
    if max_errors is None:
        return ""
    percent = Decimal(max_errors.removesuffix("%"))
    limit = percent / 100 * len(results) if max_errors.endswith("%") else percent
    return "too_many_errors" if failed > limit else ""


def _write_users(
    valid: Mapping[str, ValidRecord], users: UserTable, *, upsert: bool, must_change: bool
) -> dict[str, UserRow]:
    """Return the users table after the import and set the outcomes."""
    after = dict(users)
    for email, (result, cells) in valid.items():
        existing = users.get(email)
        if existing is None:
            after[email] = new_user(email, cells, must_change=must_change)
            result.outcome = "created"
        elif not upsert or existing.is_staff or existing.is_superuser:
            result.outcome = "skipped"
        elif existing.deactivated_by_user and apply_cells(existing, cells).is_active:
            result.outcome, result.stays_inactive = "skipped", True
        else:
            after[email] = apply_cells(existing, cells)
            result.outcome = "unchanged" if after[email] == existing else "updated"
    return after
