"""How the OpenAPI schema describes the endpoints of imports."""

from typing import Any, Final, Literal

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from core.http.openapi import errors, or_empty
from tasks.intake.upload_options import UploadSerializer
from tasks.intake.upload_request import IDEMPOTENCY_KEY
from tasks.returning.row_notes import NOT_WRITTEN
from tasks.status.document import StatusSerializer
from tasks.status.serializers import AcceptedSerializer, InvitationsSerializer, RowErrorSerializer


def _header(
    name: str, description: str, *, of: int | None = None, pattern: str | None = None
) -> OpenApiParameter:
    """Of the request, or of its answer with the status `of`."""
    response = [of] if of else False
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        description=description,
        response=response,
        pattern=pattern,
    )


_LOCATION: Final = _header("Location", "The status.", of=202)
_LATER: Final = _header("Retry-After", "Seconds; ask for the status then.", of=202)
_UNKNOWN: Final = {404: "No import that you may see has this id."}
_EXPIRED: Final = "`expired`: its file and refused rows are not kept any more."

_OUTCOME: Final = f"({'|'.join(NOT_WRITTEN)})"
_INCLUDED: Final = f"^({_OUTCOME}(,{_OUTCOME})*)?$"


def _optional(option: dict[str, Any]) -> dict[str, Any]:
    about = {key: option.pop(key) for key in ("default", "description") if key in option}
    return or_empty(option) | about


class EmptyOptions(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """An option that is empty is its default."""

    target_class = UploadSerializer

    def map_serializer(
        self, auto_schema: AutoSchema, direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        """The form, as drf-spectacular finds it by the class above."""
        form: dict[str, Any] = auto_schema._map_serializer(  # type: ignore[no-untyped-call]  # noqa: SLF001
            self.target, direction, bypass_extensions=True
        )
        for name, option in form["properties"].items():
            if name != "file":
                form["properties"][name] = _optional(option)
        return form


upload_check = extend_schema(
    operation_id="contacts_upload_csv_check",
    description="Whether the caller may send a file; a proxy asks this before it reads one.",
    responses={204: None, **errors({403: "The caller may not import."})},
)
upload = extend_schema(
    request=UploadSerializer,
    parameters=[
        _header(
            IDEMPOTENCY_KEY,
            "1 to 255 printable ASCII characters. For 24 hours the same file and options under "
            "the same key are the same import.",
            pattern="^[!-~]([ -~]{0,253}[!-~])?$",  # spaces at its ends are not part of a header
        ),
        _LOCATION,
        _LATER,
        _header("Idempotent-Replayed", "`true` where the import was there already.", of=202),
    ],
    responses={
        202: AcceptedSerializer,
        **errors(
            {
                400: "A wrong option, or a file whose beginning shows that it cannot be imported.",
                403: "The caller may not import.",
                409: "`idempotency_key_reused`: another file or other options had this key.",
                411: "`length_required`: a chunked body without a proxy that collects it.",
                413: "`too_large`: the file is.",
                415: "Not multipart/form-data.",
                429: "`too_many_imports`: too many of the caller's imports are not finished.",
            }
        ),
    },
)
task_status = extend_schema(
    parameters=[
        _header("If-None-Match", "An earlier ETag."),
        _header("ETag", "Changes with the document, but not for its speed and ETA.", of=200),
        _header("Retry-After", "Seconds; while the import is under way.", of=200),
    ],
    responses={200: StatusSerializer, 304: None, **errors(_UNKNOWN)},
)
task_errors = extend_schema_view(
    get=extend_schema(
        responses={200: RowErrorSerializer(many=True), **errors({**_UNKNOWN, 410: _EXPIRED})}
    )
)
invitations = extend_schema(responses={200: InvitationsSerializer, **errors(_UNKNOWN)})
cancel = extend_schema(
    request=None,
    parameters=[_LOCATION, _LATER],
    responses={
        202: AcceptedSerializer,
        **errors({**_UNKNOWN, 409: "`already_finished`: it ended before."}),
    },
)
failed_rows = extend_schema(
    parameters=[
        OpenApiParameter(
            "include",
            {"type": "string", "pattern": _INCLUDED},
            description="Also rows that were not refused: `skipped`, `unchanged`, or both, "
            "separated by a comma.",
        )
    ],
    responses={
        (200, "text/csv"): OpenApiTypes.STR,
        **errors(
            {
                400: "A wrong `include`.",
                404: "No import that you may see has this id, or its file is gone.",
                410: f"{_EXPIRED} `had_secrets`: rows of a file with passwords are not given back.",
            }
        ),
    },
)
