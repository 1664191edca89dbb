"""The OpenAPI schema of the endpoints of imports."""

from typing import Any, Final, Literal

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)

from core.http.idempotency_key import HEADER
from core.http.openapi import errors, header
from core.http.raw_file import RAW_TYPES
from tasks.intake.template import LANGUAGES
from tasks.intake.upload_options import (
    InspectionSerializer,
    ReadingOptionsSerializer,
    UploadOptionsSerializer,
    UploadSerializer,
)
from tasks.status.document import StatusSerializer
from tasks.status.inspection import InspectedSerializer
from tasks.status.serializers import AcceptedSerializer, InvitationsSerializer, RowErrorSerializer

_LOCATION: Final = header("Location", "The URL of the status.", of=202)
_RETRY_AFTER: Final = header(
    "Retry-After", "The number of seconds to wait before the status is requested.", of=202
)
UNKNOWN: Final = {404: "There is no import with this id, or the caller may not see it."}
EXPIRED: Final = (
    "`expired`: the file and its rejected rows were deleted some time after the import."
)
_MAY_NOT_IMPORT: Final = "The caller does not have the permission `can_import`."


class OptionsMayBeEmpty(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """The schema of the forms with a file. An empty text stands for the default of an option."""

    target_class = ReadingOptionsSerializer
    match_subclasses = True

    def map_serializer(
        self, auto_schema: AutoSchema, direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        form: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call]  # noqa: SLF001
            self.target, direction, bypass_extensions=True
        )
        for option in form["properties"].values():
            option.pop("minLength", None)
        return form


upload = extend_schema(
    request={
        "multipart/form-data": UploadSerializer,
        **dict.fromkeys(RAW_TYPES, OpenApiTypes.BINARY),
    },
    parameters=[
        UploadOptionsSerializer,
        header(
            HEADER,
            "A name for this upload: 1 to 255 printable ASCII characters. For 24 hours, an upload "
            "of the same file with the same options and the same key returns the same import.",
            pattern="^[!-~]([ -~]{0,253}[!-~])?$",  # HTTP ignores spaces at its ends
        ),
        _LOCATION,
        _RETRY_AFTER,
        header("Idempotent-Replayed", "`true` if the key returned an earlier import.", of=202),
    ],
    responses={
        202: OpenApiResponse(AcceptedSerializer, description="The file is stored."),
        **errors(
            {
                400: "An option is not valid, or the beginning of the file shows that it cannot be "
                "imported.",
                403: _MAY_NOT_IMPORT,
                409: "`idempotency_key_reused`: this key was used for another file or other "
                "options.",
                411: "`length_required`: the body is chunked and no proxy has buffered it.",
                413: "`too_large`: the file is larger than the limit.",
                415: "The body is neither multipart/form-data nor a file of a known type, or its "
                "`Content-Encoding` is not supported.",
                429: "`too_many_imports`: the caller has too many unfinished imports. `throttled`: "
                "the caller has sent too many uploads.",
            }
        ),
    },
)
inspect = extend_schema(
    request=InspectionSerializer,
    responses={
        200: OpenApiResponse(InspectedSerializer, description="How the file would be read."),
        **errors(
            {
                400: "The form or an option is not valid.",
                403: _MAY_NOT_IMPORT,
                413: "`too_large`: the body is larger than one megabyte.",
                415: "The body is not multipart/form-data, or it has a `Content-Encoding`.",
            }
        ),
    },
)
template = extend_schema(
    parameters=[
        OpenApiParameter(
            "language",
            {"type": "string", "enum": [*LANGUAGES]},
            description="The language of the headers. Without it, the best match of the header "
            "`Accept-Language` is taken, or else English.",
        )
    ],
    responses={
        (200, "text/csv"): OpenApiResponse(
            OpenApiTypes.STR, description="A file in UTF-8 with a byte order mark."
        ),
        **errors({400: "There is no template in this language.", 403: _MAY_NOT_IMPORT}),
    },
)
task_status = extend_schema(
    parameters=[
        header("If-None-Match", "The ETag of an earlier answer."),
        header(
            "ETag",
            "A tag that changes with the status, but not with its speed and ETA.",
            of=(200, 304),
        ),
        header(
            "Retry-After",
            "The number of seconds to wait before the next request. It is missing once the import "
            "has ended.",
            of=200,
        ),
    ],
    responses={
        200: OpenApiResponse(StatusSerializer, description="The status."),
        304: OpenApiResponse(
            description="The status has not changed since the ETag, except its speed and ETA."
        ),
        **errors(UNKNOWN),
    },
)
task_errors = extend_schema_view(
    get=extend_schema(
        responses={
            200: OpenApiResponse(RowErrorSerializer(many=True), description="The rejected rows."),
            **errors({**UNKNOWN, 410: EXPIRED}),
        }
    )
)
invitations = extend_schema(
    responses={
        200: OpenApiResponse(InvitationsSerializer, description="The counts."),
        **errors(UNKNOWN),
    }
)
cancel = extend_schema(
    request=None,
    parameters=[_LOCATION, _RETRY_AFTER],
    responses={
        202: OpenApiResponse(AcceptedSerializer, description="The import is or will be cancelled."),
        **errors({**UNKNOWN, 409: "`already_finished`: the import has ended in another way."}),
    },
)
