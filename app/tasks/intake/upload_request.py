"""The request of an upload: one file, its options and its Idempotency-Key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from core.http.idempotency_key import HEADER, checked_key
from core.http.known_fields import unknown_field
from core.http.known_parameters import unknown_parameter
from core.http.raw_file import is_raw_file
from tasks.codes import Message
from tasks.intake import admission
from tasks.intake.declared_charset import declared_charset
from tasks.intake.incoming import IncomingFile, ReceivingUploadHandler, too_large
from tasks.intake.upload_options import ReadingOptionsSerializer, UploadOptionsSerializer
from tasks.messages import translate
from tasks.options import Options
from users_uc.auth import caller, caller_after_body
from users_uc.models import User

MULTIPART_OVERHEAD = 64 * 1024
_MOST_NAMED: Final = 10
_ONE_FILE = gettext_lazy(
    "The form does not have exactly one file. Send the file as the multipart field `file`, with a "
    "file name in UTF-8, and end the form with its boundary."
)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file with its options and its Idempotency-Key, and the user who sent it."""

    owner: User
    file: IncomingFile
    options: Options
    key: str | None


def receive(request: Request) -> Upload:
    """Return the valid upload. The request's headers are checked before its body is read.

    Raises `ImportRefused`, or DRF's `ValidationError` for a wrong form. The limit on unfinished
    imports is not checked here if there is an Idempotency-Key, which may name one of them.
    """
    _check_length(request)
    key = checked_key(request.headers.get(HEADER))
    if key is None:
        admission.check_waiting(caller(request))
    handler = ReceivingUploadHandler(request._request)
    request._request.upload_handlers = [handler]
    try:
        options = form_options(request, UploadOptionsSerializer, also_in_url=True)
        owner = caller_after_body(request)
        return Upload(owner=owner, options=options, file=request.FILES["file"], key=key)
    except Exception:
        # The request has no file if the file is too large or incomplete. The handler closes it.
        handler.upload_interrupted()
        raise


def _check_length(request: Request) -> None:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > settings.MAX_UPLOAD_SIZE + MULTIPART_OVERHEAD:
        raise too_large()


def form_options(
    request: Request, serializer: type[ReadingOptionsSerializer], *, also_in_url: bool = False
) -> Options:
    """Return the options of a form that has one file and nothing else beside them.

    `also_in_url` allows options as query parameters. Raises DRF's `ValidationError` for any other
    request.
    """
    # The data of a request without a body and a Content-Type are a dict.
    data = request.data if isinstance(request.data, QueryDict) else QueryDict()
    form, in_url = QueryDict() if is_raw_file(request) else data, request.query_params
    sent = QueryDict(mutable=True)
    for name, values in (*form.lists(), *in_url.lists()):
        sent.setlist(name, [*sent.getlist(name), *values])
    if not sent.get("encoding") and (charset := declared_charset(request.FILES.get("file"))):
        sent["encoding"] = charset
    options = serializer(data=sent)
    names = sorted(options.fields)
    errors = dict(_repeated(sent)) | dict(_unknown_fields(form, names))
    if also_in_url:
        errors |= _unknown_in_url(in_url, names)
    else:
        message = _("This option is in the URL. Send options as form fields beside the file.")
        errors |= {name: [message] for name in in_url}
    if (problem := _file_error(request, form, may_be_raw=also_in_url)) is not None:
        errors.setdefault("file", [problem])
    if errors:
        raise serializers.ValidationError(errors)
    return options.options()


def _repeated(sent: QueryDict) -> Iterator[tuple[str, list[str]]]:
    """Yield the errors of repeated options of the form and of the URL together."""
    for name, values in sent.lists():
        if len(values) > 1 and name != "file":
            yield name, [_("This option was sent more than once. Send it once.")]


def _unknown_fields(
    form: QueryDict, names: Sequence[str]
) -> Iterator[tuple[str, list[serializers.ErrorDetail]]]:
    known = ", ".join(("file", *names))
    for name in islice((name for name in form if name not in {"file", *names}), _MOST_NAMED):
        yield name, [unknown_field(known)]


def _unknown_in_url(
    query: QueryDict, names: Sequence[str]
) -> dict[str, list[serializers.ErrorDetail]]:
    code, message = unknown_parameter(names)
    detail = serializers.ErrorDetail(message, code=code)
    unknown = islice((name for name in query if name not in names), _MOST_NAMED)
    return {name: [detail] for name in unknown}


def _file_error(
    request: Request, form: QueryDict, *, may_be_raw: bool
) -> serializers.ErrorDetail | None:
    """Return the error of a request that has not exactly one file."""
    files = request.FILES.getlist("file")
    if not (may_be_raw and is_raw_file(request)):
        is_one = len(form.getlist("file")) == len(files) == 1
        return None if is_one else serializers.ErrorDetail(str(_ONE_FILE), code="invalid")
    if files:
        return None
    if request.META.get("CONTENT_LENGTH"):
        message = translate(Message("empty_file", {}))
        return serializers.ErrorDetail(message, code="empty_file")
    message = _("The request has no body. Send the file as its body, with a Content-Length header.")
    return serializers.ErrorDetail(message, code="required")
