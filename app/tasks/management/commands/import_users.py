"""The command that imports a file of users, for cron and other programs of the shell."""

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError
from rest_framework import serializers
from rest_framework.exceptions import APIException, PermissionDenied

from core.http.errors import api_exception_handler, error_document
from core.http.idempotency_key import checked_key
from core.postgres.waiting import wait
from tasks.begin import begin
from tasks.intake.admission import IMPORT_PERMISSION, MAY_NOT_IMPORT, check_waiting
from tasks.intake.incoming import IncomingFile
from tasks.intake.upload_options import UploadOptionsSerializer
from tasks.models import ImportJob
from tasks.status.document import status_document
from tasks.status.in_words import error_in_words, status_in_words
from tasks.status.progress import Progress
from tasks.status.query import load_status
from tasks.status.serializers import AcceptedSerializer
from tasks.views.upload import as_api_errors
from users_uc.models import User

EXIT_CODES: Final = {"complete": 0, "partial": 3, "nothing": 1}
"""The exit code of an import that has ended, by its outcome."""
_FAILED: Final = 1
_NOT_ENDED: Final = 4
_ONE_DAY: Final = 86_400
_BLOCK: Final = 1024 * 1024
_REFUSALS: Final = (APIException, OperationalError, InterfaceError, OSError)
"""What the API answers with an error document."""


class ImportCommandError(CommandError):
    """An error that an upload does not have. `code` stands in the document of --json."""

    def __init__(self, message: str, *, code: str, returncode: int = _FAILED) -> None:
        super().__init__(message, returncode=returncode)
        self.code = code


class Command(BaseCommand):
    """Import a file of users like an upload of its owner."""

    help = (
        "Import a file of users like an upload of its owner. The exit code is 0 if the import is "
        "complete or, without --wait, accepted; 3 if some rows are not imported; 1 if no row is "
        "imported, or the file is not accepted; 4 if the import has not ended after --timeout; 2 "
        "if an argument is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments. Each option of an upload is an argument too."""
        parser.add_argument("file", help="The path of the file, or - for the standard input.")
        parser.add_argument(
            "--owner", required=True, metavar="EMAIL", help="The user who imports the file."
        )
        parser.add_argument(
            "--idempotency-key", metavar="KEY", help="A second import with this key is the first."
        )
        parser.add_argument("--wait", action="store_true", help="Wait until the import has ended.")
        parser.add_argument(
            "--timeout", type=_seconds, default=_ONE_DAY, metavar="SECONDS",
            help="How long --wait waits, by default a day. 0 looks once.",
        )  # fmt: skip
        parser.add_argument(
            "--json", action="store_true", help="Print the JSON document of the API."
        )
        group = parser.add_argument_group("options of the upload", "docs/imports.md explains them")
        for name, field in UploadOptionsSerializer().fields.items():
            group.add_argument(f"--{name.replace('_', '-')}", **_argument(field))

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print the answer."""
        try:
            self._import(options)
        except ImportCommandError as error:
            if not options["json"]:
                raise
            self._fail(error_document(error.code, str(error)), returncode=error.returncode)
        except _REFUSALS as refusal:
            self._refuse(refusal, as_json=options["json"])

    def _import(self, options: dict[str, Any]) -> None:
        with as_api_errors():
            job = _begin(options)
        if not options["wait"]:
            document = AcceptedSerializer(job, context={"request": None}).data
            in_words = f"The import {job.id} is queued."
            self.stdout.write(json.dumps(document) if options["json"] else in_words)
            return
        outcome, document = _end_of(job.id, seconds=options["timeout"])
        self.stdout.write(json.dumps(document) if options["json"] else status_in_words(document))
        sys.exit(EXIT_CODES[outcome])

    def _refuse(self, refusal: Exception, *, as_json: bool) -> NoReturn:
        answer = api_exception_handler(refusal, {})
        if answer is None:
            raise refusal
        if not as_json:
            raise CommandError(error_in_words(answer.data))
        self._fail(answer.data, returncode=_FAILED)

    def _fail(self, document: Any, *, returncode: int) -> NoReturn:
        self.stdout.write(json.dumps(document))
        sys.exit(returncode)


def _seconds(text: str) -> int:
    """Return the number. Raises what argparse reports."""
    seconds = int(text)
    if seconds < 0:
        raise ArgumentTypeError(f"{text} is negative. Give the seconds as 0 or more.")
    return seconds


def _argument(field: serializers.Field[Any, Any, Any, Any]) -> dict[str, Any]:
    """Return how argparse reads an option. Its value is checked like that of a form field."""
    text = str(field.help_text).replace("%", "%%")
    if isinstance(field, serializers.BooleanField):
        return {"action": "store_const", "const": "true", "help": text}
    return {"metavar": "VALUE", "help": text}


def _begin(arguments: dict[str, Any]) -> ImportJob:
    """Store the file and queue its job.

    Raises what an upload raises, and `ImportCommandError`.
    """
    owner = _owner(arguments["owner"])
    names = UploadOptionsSerializer().fields.keys()
    given = {name: arguments[name] for name in names if arguments[name] is not None}
    options = UploadOptionsSerializer(data=given).options()
    key = checked_key(arguments["idempotency_key"])
    if key is None:
        check_waiting(owner)
    with closing(_received(arguments["file"])) as file:
        return begin(file, options=options, owner=owner, key=key).job


def _owner(email: str) -> User:
    try:
        owner = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        message = f"There is no user with the e-mail address {email}."
        raise ImportCommandError(message, code="unknown_owner") from None
    if not owner.has_perm(IMPORT_PERMISSION):
        raise PermissionDenied(MAY_NOT_IMPORT)
    return owner


def _received(path: str) -> IncomingFile:
    if path == "-":
        return IncomingFile.of("stdin", _blocks(sys.stdin.buffer))
    with ExitStack() as opened:
        try:
            stream = opened.enter_context(Path(path).open("rb"))
        except OSError as error:
            message = f"The file {path} cannot be read: {error.strerror}."
            raise ImportCommandError(message, code="file_not_readable") from None
        return IncomingFile.of(Path(path).name, _blocks(stream))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    return iter(partial(stream.read, _BLOCK), b"")


def _end_of(job_id: UUID, *, seconds: int) -> tuple[str, Any]:
    """Return the outcome and the status document of the job at its end.

    Raises `ImportCommandError` if the job has not ended after this time.
    """
    ended = ImportJob.objects.filter(id=job_id, finished_at__isnull=False)
    message = f"The import {job_id} has not ended. It goes on."
    try:
        wait(ended.exists, seconds=seconds, timeout_message=message)
    except CommandError as error:
        raise ImportCommandError(str(error), code="not_ended", returncode=_NOT_ENDED) from None
    found = load_status(job_id)
    if found is None or found.job.outcome is None:
        raise ImportCommandError(f"The import {job_id} was deleted.", code="import_deleted")
    progress = Progress(found.job, rows_loaded=found.rows_loaded)
    return found.job.outcome, status_document(found, progress, None)
