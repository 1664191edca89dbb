"""The request of an upload: one file, its options and its Idempotency-Key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from core.http.idempotency_key import HEADER, checked_key
from core.http.raw_file import is_raw_file
from tasks.intake import admission
from tasks.intake.declared_charset import declared_charset
from tasks.intake.incoming import IncomingFile, ReceivingUploadHandler, too_large
from tasks.intake.upload_options import ReadingOptionsSerializer, UploadOptionsSerializer
from tasks.options import Options
from users_uc.auth import caller, caller_after_body
from users_uc.models import User

MULTIPART_OVERHEAD = 64 * 1024
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
    form = request.data if isinstance(request.data, QueryDict) else QueryDict()
    in_url = QueryDict() if is_raw_file(request) else request.query_params
    sent = QueryDict(mutable=True)
    for name, values in (*form.lists(), *in_url.lists()):
        sent.setlist(name, [*sent.getlist(name), *values])
    if not sent.get("encoding") and (charset := declared_charset(request.FILES.get("file"))):
        sent["encoding"] = charset
    options = serializer(data=sent)
    errors = dict(_form_errors(request, sent, known=options.fields.keys() | {"file"}))
    if not also_in_url:
        message = _("This option is in the URL. Send options as form fields beside the file.")
        errors |= {name: [message] for name in in_url}
    if errors:
        raise serializers.ValidationError(errors)
    return options.options()


def _form_errors(
    request: Request, form: QueryDict, *, known: Iterable[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the errors of the form itself, by field. `form` has the options of the URL too."""
    for name, values in form.lists():
        if name not in known:
            yield name, [_("This option does not exist. Check its name, or leave it out.")]
        elif len(values) > 1 and name != "file":
            yield name, [_("This option was sent more than once. Send it once.")]
    if not len(form.getlist("file")) == len(request.FILES.getlist("file")) == 1:
        yield "file", [str(_ONE_FILE)]
