"""The OpenAPI schema of the downloads of an import."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from core.http.openapi import TOO_MANY_DOWNLOADS, errors, header
from tasks.openapi import EXPIRED, UNKNOWN
from tasks.returning.results import OUTCOMES
from tasks.returning.row_notes import NOT_WRITTEN

_OUTCOME: Final = f"({'|'.join(NOT_WRITTEN)})"
_INCLUDED: Final = f"^{_OUTCOME}(,{_OUTCOME})*$"
_RESULT: Final = f"({'|'.join(OUTCOMES)})"
_RESULTS_INCLUDED: Final = f"^{_RESULT}(,{_RESULT})*$"

results = extend_schema(
    parameters=[
        OpenApiParameter(
            "include",
            {"type": "string", "pattern": _RESULTS_INCLUDED},
            description="The outcomes of the rows to return, separated by commas: "
            f"{', '.join(OUTCOMES)}. Without it, all rows are returned.",
        ),
        header(
            "X-Rows-Left-Out",
            "The number of rejected rows that are counted but not returned.",
            of=200,
        ),
    ],
    responses={
        (200, "text/csv"): OpenApiResponse(
            OpenApiTypes.STR,
            description="One line for each row, with the columns `line`, `record`, `email`, "
            "`external_id`, `user_id`, `outcome`, `error_code` and `changed`.",
        ),
        **errors(
            {
                400: "The parameter `include` is not valid.",
                404: f"{UNKNOWN[404]} Or its results are not kept.",
                409: "`not_finished`: the import has not ended.",
                410: EXPIRED,
                429: TOO_MANY_DOWNLOADS,
            }
        ),
    },
)
failed_rows = extend_schema(
    parameters=[
        OpenApiParameter(
            "include",
            {"type": "string", "pattern": _INCLUDED},
            description="The outcomes of further rows to return: `skipped`, `unchanged`, or both, "
            "separated by a comma.",
        ),
        header(
            "X-Rows-Left-Out",
            "The number of rejected rows that are counted but not returned. If there are any, the "
            "name of the file in `Content-Disposition` ends with `-incomplete`.",
            of=200,
        ),
    ],
    responses={
        (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="The rejected rows."),
        **errors(
            {
                400: "The parameter `include` is not valid.",
                404: f"{UNKNOWN[404]} Or the stored file is missing or damaged.",
                410: f"{EXPIRED} `had_secrets`: rows of a file with passwords are never returned.",
                429: TOO_MANY_DOWNLOADS,
            }
        ),
    },
)
