"""An upload as it arrives over HTTP: one file, its options and its Idempotency-Key."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from tasks.intake import admission
from tasks.intake.incoming import HashingUploadHandler, IncomingFile, too_large
from tasks.intake.upload_options import UploadOptionsSerializer
from tasks.options import Options
from users_uc.auth import caller

IDEMPOTENCY_KEY = "Idempotency-Key"
_MULTIPART_OVERHEAD = 64 * 1024
_ONE_FILE = gettext_lazy(
    "Send exactly one file, as the multipart field `file` with a file name in UTF-8; the form ends "
    "with its boundary."
)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file with its options and its Idempotency-Key."""

    file: IncomingFile
    options: Options
    key: str | None


def receive(request: Request) -> Upload:
    """Return the valid upload. The request's headers are checked before its body is read.

    Raises `ImportRefused` and DRF's `ValidationError`. A user with too many unfinished imports is
    refused here only without an Idempotency-Key, which may name one of them.
    """
    _check_length(request)
    key = _idempotency_key(request)
    if key is None:
        admission.check_waiting(caller(request))
    handler = HashingUploadHandler(request._request)
    request._request.upload_handlers = [handler]
    try:
        return Upload(options=_options(request), file=request.FILES["file"], key=key)
    except Exception:
        # Of a part that was cut off or too large only the handler knows.
        handler.upload_interrupted()
        raise


def _check_length(request: Request) -> None:
    if (
        int(request.META.get("CONTENT_LENGTH") or 0)
        > settings.MAX_UPLOAD_SIZE + _MULTIPART_OVERHEAD
    ):
        raise too_large()


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not re.fullmatch(r"[ -~]{1,255}", key):
        problem = _("Send 1 to 255 printable ASCII characters.")
        raise serializers.ValidationError({IDEMPOTENCY_KEY: [problem]})
    return key


def _options(request: Request) -> Options:
    """The options, of a body that has one file beside them and nothing else."""
    options = UploadOptionsSerializer(data=request.data)
    problems = dict(_problems(request, known=options.fields.keys() | {"file"}))
    if problems:
        raise serializers.ValidationError(problems)
    return options.options()


def _problems(request: Request, *, known: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """What makes the form itself wrong, by field."""
    for name in request.query_params:
        yield name, [_("Send options as form fields beside the file, not in the address.")]
    # Without a body and a type of it, DRF has a dict.
    form = request.data if isinstance(request.data, QueryDict) else QueryDict()
    for name, values in form.lists():
        if name not in known:
            yield name, [_("This option is not known.")]
        elif len(values) > 1 and name != "file":
            yield name, [_("This option was sent more than once.")]
    if not len(form.getlist("file")) == len(request.FILES.getlist("file")) == 1:
        yield "file", [str(_ONE_FILE)]
