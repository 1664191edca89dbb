"""The OpenAPI schema of the token authentication and of the exported file."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema

from core.http.openapi import TOO_MANY_DOWNLOADS, errors
from users_uc.filters import USER_LIST_PARAMETERS


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Bearer authentication. drf-spectacular finds it because it is a subclass."""

    target_class = "users_uc.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "The access token of a login, or an API key.",
        }


users_file = extend_schema(
    parameters=USER_LIST_PARAMETERS,
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
