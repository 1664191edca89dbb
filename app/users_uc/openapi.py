"""The OpenAPI description of the token authentication."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Bearer authentication with a JWT. drf-spectacular finds it because it is a subclass."""

    target_class = "users_uc.auth.TokenAuthentication"
    name = "token"
