"""How the OpenAPI schema describes our tokens."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Bearer, JWT; drf-spectacular finds it by its being a subclass."""

    target_class = "users_uc.auth.TokenAuthentication"
    name = "token"
