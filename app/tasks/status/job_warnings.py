"""The warnings of an import: facts that a user should know and that are not errors."""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from core.http.language import number
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.choice import option
from tasks.reading.decoding import UNICODE
from tasks.reading.header_columns import SUPERUSERS_FIELD
from tasks.reading.known_headers import PRIVATE, Meaning, meaning_of, normalised
from tasks.reading.sheet import listed, shown

HASH_SECONDS: Final = 0.026
"""The measured processor time of one Argon2id hash."""


class JobWarning(NamedTuple):
    """A warning with its stable code and its translated message."""

    code: str
    message: str


def job_warnings(job: ImportJob) -> list[JobWarning]:
    """Return the warnings that are known so far."""
    warnings = []
    if job.encoding not in UNICODE and Options.from_json(job.options).encoding is None:
        warnings.append(_encoding_guessed(job))
    if names := _ignored_verifications(job):
        warnings.append(_email_verified_ignored(names))
    if job.other_sheets:
        warnings.append(_sheets_ignored(job))
    if names := _other_email_columns(job):
        warnings.append(_emails_elsewhere(job, names))
    if job.passwords:
        warnings.append(_passwords(job))
    if job.left_out:
        warnings.append(_rows_left_out(job))
    if job.stays_inactive:
        warnings.append(_deactivated_by_user(job))
    return warnings


def _encoding_guessed(job: ImportJob) -> JobWarning:
    guess = job.encoding_guess or {"values": [], "alternatives": {}}
    alternatives: dict[str, list[str]] = guess["alternatives"]
    if alternatives:
        message = _(
            "The file is not UTF-8 and was read as {encoding}. Other possible encodings: "
            "{alternatives}. If letters are wrong, upload it again with the option encoding, such "
            "as encoding={example}."
        )
    else:
        message = _(
            "The file is not UTF-8 and was read as {encoding}. If letters are wrong, upload it "
            "again with the option encoding."
        )
    return JobWarning(
        code="encoding_guessed",
        message=message.format(
            encoding=_with_values(job.encoding, guess["values"]),
            alternatives="; ".join(_with_values(*item) for item in alternatives.items()),
            example=next(iter(alternatives), ""),
        ),
    )


def _with_values(encoding: str, values: list[str]) -> str:
    """Return the name of an encoding and how some values of the file read in it."""
    quoted = ", ".join(f"“{value}”" for value in values)
    return f"{encoding} ({quoted})" if quoted else encoding


def _ignored_verifications(job: ImportJob) -> list[str]:
    """Return the columns that are ignored because the uploader was no superuser."""
    if job.trusts_email_verified:
        return []
    return [name for name, meaning in _ignored(job) if meaning.field == SUPERUSERS_FIELD]


def _ignored(job: ImportJob) -> Iterator[tuple[str, Meaning]]:
    """Yield the ignored columns with a known meaning, without those of the option `columns`."""
    asked = {normalised(name) for name in Options.from_json(job.options).columns}
    for name in job.ignored_columns:
        key = normalised(name)
        if key not in asked and (meaning := meaning_of(key)):
            yield name, meaning


def _email_verified_ignored(names: Sequence[str]) -> JobWarning:
    return JobWarning(
        code="email_verified_ignored",
        message=_(
            "The column {names} was ignored, because only a superuser may import confirmed e-mail "
            "addresses."
        ).format(names=", ".join(names)),
    )


def _sheets_ignored(job: ImportJob) -> JobWarning:
    return JobWarning(
        code="sheets_ignored",
        message=_(
            "Only the sheet {sheet} was read. To import another sheet, upload the file again with "
            "the option sheet. The other visible sheets are: {others}."
        ).format(sheet=shown(job.sheet), others=listed(job.other_sheets)),
    )


def _other_email_columns(job: ImportJob) -> list[str]:
    """Return the columns that may have the addresses of the rows that have none."""
    if "missing_email" not in job.rejections:
        return []
    return [
        name
        for name, meaning in _ignored(job)
        if meaning.field == "email" and meaning.rank < PRIVATE and not meaning.is_checked
    ]


def _emails_elsewhere(job: ImportJob, names: Sequence[str]) -> JobWarning:
    return JobWarning(
        code="emails_elsewhere",
        message=_(
            "Rows without an e-mail address: {count}. Other columns may have one: {names}. To "
            "import the rows with it, upload rejected-rows.csv with an option such as "
            "columns={option}."
        ).format(
            count=number(job.rejections["missing_email"]),
            names=", ".join(names),
            option=option({names[0]: "email"}),
        ),
    )


def _passwords(job: ImportJob) -> JobWarning:
    minutes = ceil(job.passwords * HASH_SECONDS / 60)
    return JobWarning(
        code="passwords",
        message=_(
            "Plain passwords and bare digests in the file: {count}. Hashing them takes up to about "
            "{minutes} min of processor time."
        ).format(count=number(job.passwords), minutes=number(minutes)),
    )


def _rows_left_out(job: ImportJob) -> JobWarning:
    return JobWarning(
        code="rows_left_out",
        message=_(
            "Only {kept} of {failed} rejected rows are listed and returned. The counts have all of "
            "them."
        ).format(kept=number(job.failed - job.left_out), failed=number(job.failed)),
    )


def _deactivated_by_user(job: ImportJob) -> JobWarning:
    return JobWarning(
        code="deactivated_by_user",
        message=_(
            "Skipped rows whose users have deactivated their accounts: {count}. Only a superuser "
            "can activate these accounts again."
        ).format(count=number(job.stays_inactive)),
    )
