"""Settings of response headers and cookies: a part of core.settings."""

from datetime import timedelta

from csp import constants as csp

from core import env

HTTPS_ONLY = env.boolean("HTTPS_ONLY", default=False)

SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SESSION_COOKIE_SECURE = HTTPS_ONLY
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SAMESITE = "Strict"
CONSOLE_ENABLED = env.boolean("CONSOLE_ENABLED", default=True)
CONSOLE_IDLE = timedelta(minutes=env.integer("CONSOLE_IDLE_MINUTES", 30, minimum=1))
X_FRAME_OPTIONS = "DENY"
_NONE, _SELF = [csp.NONE], [csp.SELF]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _NONE,
        "base-uri": _NONE,
        "frame-ancestors": _NONE,
        "script-src": _SELF,
        "style-src": _SELF,
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "img-src": [csp.SELF, "data:"],
    }
}
# Pages of these origins may call the API with a token, never with a cookie.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-disposition", "content-encoding",
    "content-type", "idempotency-key", "if-match", "if-none-match", "traceparent",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "Content-Disposition", "ETag", "Idempotent-Replayed", "Location", "RateLimit-Limit",
    "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "X-Request-Id", "X-Rows-Left-Out",
    "X-Trace-Id",
]  # fmt: skip
