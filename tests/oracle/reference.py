"""The reference importer, which is the specification as code: slow, in memory, record by record.

It shares one function with the importer that it checks, `users_uc.emails.normalise`, because by
design there is only one normaliser. It has no limits on size, so files must be small.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.oracle import known_headers, reading
from tests.oracle.attributes import Attributes
from tests.oracle.header import Header, header_of, with_surplus
from tests.oracle.header_search import Place, header_place
from tests.oracle.limits import Limits
from tests.oracle.reading import FileError, Record
from tests.oracle.repeated import Repeated
from tests.oracle.results import RecordResult
from tests.oracle.row import read_row
from tests.oracle.users import UserTable
from tests.oracle.writing import ValidRecord, key_of, write_users

OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")


@dataclass(kw_only=True)
class Expected:
    """The state that must hold after the import.

    `refused`: the error code if the upload gets a 400; there is no header then.
    """

    users: UserTable
    attributes: Attributes = ()
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

        Rejected rows are kept in the order of the file, then duplicates in the order of the key
        that finds users, then those that are rejected while loading.
        """
        rejected = [result for result in self.results if result.outcome == "failed"]
        kept = sorted(rejected, key=lambda result: result.kept_order)[: self.limits.kept]
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
    attributes: Attributes = (),
    by_superuser: bool = False,
) -> Expected:
    """Return the expected result of an upload of `data` with these form fields.

    `users`: the users that exist before. `attributes`: those that are declared. `by_superuser`: the
    uploader is a superuser.
    """
    expectation = Expected(users=users, attributes=attributes, limits=limits or Limits())
    try:
        expectation.header, rows = _read_header(
            data, options, expectation, by_superuser=by_superuser
        )
    except FileError as error:
        expectation.refused = error.code
        return expectation
    try:
        valid = list(_check_records(list(rows), expectation, options))
    except FileError as error:
        expectation.results, expectation.status, expectation.error = [], "FAILURE", error.code
        return expectation
    _load(valid, expectation, users, options)
    return expectation


def _load(
    valid: Sequence[ValidRecord],
    expectation: Expected,
    users: UserTable,
    options: Mapping[str, str],
) -> None:
    """Set the outcomes of the valid rows, and the users table afterwards."""
    expectation.error = _verdict(expectation.results, options, expectation.limits)
    if expectation.error:
        expectation.status = "FAILURE"
        for result, row in valid:
            result.outcome, result.email = "not_loaded", key_of(row.cells, "email")
            result.external_id = key_of(row.cells, "external_id")
        return
    chunk_rows = expectation.limits.chunk_rows
    if options.get("dry_run") == "true":
        chunk_rows = 1_000_000  # nothing is written, so each chunk finds the same users
    expectation.users = write_users(
        valid, users, options, expectation.attributes, chunk_rows=chunk_rows
    )
    if options.get("dry_run") == "true":
        expectation.users = users
        for result in expectation.results:
            result.user = result.existing


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
    header = header_of(
        place.record, columns, encoding, place.sample, unread, expectation.attributes
    )
    if options.get("match") == "external_id" and "external_id" not in header.fields.values():
        raise FileError("missing_external_id_column")
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


def _check_records(
    rows: Sequence[Record], expectation: Expected, options: Mapping[str, str]
) -> Iterator[ValidRecord]:
    """Append a result for each record; yield the valid ones that repeat no earlier valid one.

    Stop when too many records are rejected for other reasons than a repeated key.
    """
    header, results = expectation.header, expectation.results
    assert header is not None
    repeated = Repeated(options.get("match", "email"))
    rejected = 0
    for number, record in enumerate(rows, start=1):
        result = RecordResult(
            record.line,
            number,
            cells=record.cells or (),
            returned_cells=header.returned_cells(record),
        )
        results.append(result)
        row, fault = read_row(record, header, options, expectation.attributes)
        rejected += bool(fault)
        if not fault:
            fault, result.kept_order = repeated.fault(row.cells)
        if fault:
            result.outcome, (result.column, result.code) = "failed", fault
            if expectation.limits.forbid(
                failed=rejected, rows=number, max_errors=options.get("max_errors")
            ):
                return
        else:
            yield result, row


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
