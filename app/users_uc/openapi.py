"""The OpenAPI schema of the token authentication and of the exported file."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema

from core.http.openapi import TOO_MANY_DOWNLOADS, errors
from users_uc.filters import USER_FILTERS


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Bearer authentication with a JWT. drf-spectacular finds it because it is a subclass."""

    target_class = "users_uc.auth.TokenAuthentication"
    name = "token"


users_file = extend_schema(
    operation_id="users_export",
    parameters=USER_FILTERS,
    responses={
        (200, "text/csv"): OpenApiResponse(
            OpenApiTypes.STR, description="The users, in UTF-8 with a byte order mark."
        ),
        **errors(
            {
                400: "A filter is not valid.",
                429: TOO_MANY_DOWNLOADS,
            }
        ),
    },
)
