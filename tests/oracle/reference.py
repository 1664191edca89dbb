"""The reference importer: slow, in memory, a record at a time. It is the specification as code.

It shares one function with the importer that it judges, `users_uc.emails.normalise`, because by
design there is one normaliser. Files have to be small: it knows nothing of the limits on size.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tests.oracle import reading, rules
from tests.oracle.header import Header, header_of
from tests.oracle.reading import FileRefusedError, Record
from users_uc.emails import normalise

OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "not_loaded")


@dataclass(frozen=True, kw_only=True)
class Person:
    """A row of the users table; `imported`: by the import in question."""

    email: str
    name: str = ""
    phone: str = ""
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    has_password: bool = False
    imported: bool = False


type Table = Mapping[str, Person]
"""By e-mail."""


@dataclass
class Answer:
    """What became of a record; `column` and `code` of a failed one.

    `shown`: its cells in failed-rows.csv.
    """

    line: int
    record: int
    outcome: str = ""
    column: str = ""
    code: str = ""
    cells: Sequence[str] = ()
    shown: Sequence[str] = ()


@dataclass(kw_only=True)
class Expected:
    """What has to be true after the import.

    `refused`: the code of a 400 at the upload; there is no header then.
    """

    people: Table
    header: Header | None = None
    refused: str = ""
    status: str = "SUCCESS"
    error: str = ""
    answers: list[Answer] = field(default_factory=list)
    file: dict[str, str | None] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """As the status document has them."""
        counted = Counter(answer.outcome for answer in self.answers)
        return {"rows": len(self.answers)} | {name: counted[name] for name in OUTCOMES}

    def of(self, *outcomes: str) -> list[Answer]:
        """The answers with one of these outcomes, in the file's order."""
        return [answer for answer in self.answers if answer.outcome in outcomes]


def expected(data: bytes, options: Mapping[str, str], people: Table) -> Expected:
    """What the upload of `data` with these form fields has to lead to."""
    outcome = Expected(people=people)
    try:
        outcome.header, rows = _understood(data, options, outcome)
    except FileRefusedError as error:
        outcome.refused = error.code
        return outcome
    try:
        good = dict(_judged(list(rows), outcome.header, outcome.answers))
    except FileRefusedError as error:
        outcome.answers, outcome.status, outcome.error = [], "FAILURE", error.code
        return outcome
    outcome.error = _verdict(outcome.answers, options)
    if outcome.error:
        outcome.status = "FAILURE"
        for answer, _ in good.values():
            answer.outcome = "not_loaded"
        return outcome
    outcome.people = _loaded(good, people, upsert=options.get("mode") == "upsert")
    if options.get("dry_run") == "true":
        outcome.people = people
    return outcome


def _understood(
    data: bytes, options: Mapping[str, str], outcome: Expected
) -> tuple[Header, Iterator[Record]]:
    content, packed_in = reading.unpacked(data)
    if not content:
        raise FileRefusedError("empty_file")
    encoding, text = reading.decoded(content, options.get("encoding"))
    lines = reading.physical_lines(text)
    named = reading.separator(lines)
    start = 1 if named else 0
    asked: dict[str, str | None] = json.loads(options.get("columns", "{}"))
    delimiter = options.get("delimiter") or named or _detected(lines[start:], asked)
    rows = reading.records(lines, delimiter, start=start)
    header = header_of(_first_spoken(rows), asked, encoding)
    outcome.file = {"encoding": encoding, "delimiter": delimiter, "compression": packed_in}
    return header, rows


def _first_spoken(rows: Iterator[Record]) -> Record | None:
    return next((row for row in rows if not row.says_nothing), None)


def _detected(lines: Sequence[str], asked: Mapping[str, str | None]) -> str:
    """The delimiter that makes most known headers of the first record; then, most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        first = _first_spoken(reading.records(lines, delimiter))
        cells = (first.cells if first else None) or []
        return sum(Header.field_of(cell, asked) is not None for cell in cells), len(cells)

    return max(reading.DELIMITERS, key=score)


type Good = tuple[Answer, Mapping[str, str]]


def _judged(
    rows: Sequence[Record], header: Header, answers: list[Answer]
) -> Iterator[tuple[str, Good]]:
    """An answer for each record; those that may be loaded by their e-mail, each once."""
    seen: set[str] = set()
    for number, record in enumerate(rows, start=1):
        answer = Answer(record.line, number, cells=record.cells or (), shown=header.shown(record))
        answers.append(answer)
        person, found = header.person(record)
        found = found or rules.fault(person)
        email = "" if found else normalise(person["email"])
        if not found and email in seen:
            found = "email", "duplicate_in_file"
        if found:
            answer.outcome, (answer.column, answer.code) = "failed", found
        else:
            seen.add(email)
            yield email, (answer, person)


def _verdict(answers: Sequence[Answer], options: Mapping[str, str]) -> str:
    """The code of the option that stops the import before anything is loaded."""
    failed = sum(answer.outcome == "failed" for answer in answers)
    if failed and options.get("on_error") == "abort":
        return "aborted"
    most = options.get("max_errors")
    if most is None:
        return ""
    percent = Decimal(most.removesuffix("%"))
    limit = percent / 100 * len(answers) if most.endswith("%") else percent
    return "too_many_errors" if failed > limit else ""


def _loaded(good: Mapping[str, Good], people: Table, *, upsert: bool) -> dict[str, Person]:
    """The users table afterwards."""
    after = dict(people)
    for email, (answer, cells) in good.items():
        before = people.get(email)
        if before is None:
            after[email], answer.outcome = new_person(email, cells), "created"
        elif not upsert or before.is_staff or before.is_superuser:
            answer.outcome = "skipped"
        else:
            after[email] = _changed(before, cells)
            answer.outcome = "unchanged" if after[email] == before else "updated"
    return after


def new_person(email: str, cells: Mapping[str, str]) -> Person:
    """Somebody who did not exist, by the trimmed cells."""
    has_password = bool(cells.get("password") or cells.get("password_hash"))
    return _changed(Person(email=email, imported=True, has_password=has_password), cells)


def _changed(person: Person, cells: Mapping[str, str]) -> Person:
    """Cells that are not empty count; passwords and privileges of a person never change."""
    if cells.get("name"):
        person = replace(person, name=cells["name"])
    if cells.get("phone"):
        person = replace(person, phone=cells["phone"])
    if cells.get("is_active"):
        person = replace(person, is_active=cells["is_active"].lower() in rules.TRUE)
    return person
