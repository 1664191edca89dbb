"""The warnings of an import: facts that a user should know and that are not errors."""

from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from core.http.language import number
from tasks.models import ImportJob
from tasks.options import Options
from tasks.reading.decoding import UNICODE
from tasks.reading.header_columns import SUPERUSERS_FIELD
from tasks.reading.known_headers import meaning_of, normalised
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
    asked = {normalised(name) for name in Options.from_json(job.options).columns}
    keys = {name: normalised(name) for name in job.ignored_columns}
    return [
        name
        for name, key in keys.items()
        if key not in asked and (one := meaning_of(key)) and one.field == SUPERUSERS_FIELD
    ]


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
