"""Django's settings. core.env reads all variables; docs/configuration.md describes them."""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext

from core import env
from core.browser_settings import *  # noqa: F403  (like the next line)
from core.database_settings import *  # noqa: F403
from core.mail_settings import *  # noqa: F403  (a part of these settings)
from core.openapi_settings import *  # noqa: F403
from core.storage_settings import *  # noqa: F403
from core.telemetry import logs
from core.token_settings import *  # noqa: F403

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env.secret("DJANGO_SECRET_KEY", min_bytes=32)
SECRET_KEY_FALLBACKS = env.secrets("DJANGO_PREVIOUS_SECRET_KEYS", min_bytes=32)
DEBUG = env.boolean("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1")

INSTALLED_APPS = [
    "users_uc.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prometheus",
    "rest_framework",
    "rest_framework_simplejwt",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "django_htmx",
    "core",
    "users_uc",
    "tasks",
    "webhooks",
    "console",
]

MIDDLEWARE = [
    "core.http.internal_endpoints.InternalEndpointsMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "core.telemetry.requests.TelemetryMiddleware",
    "core.http.security_headers.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.http.language.LanguageMiddleware",
    "core.http.browser_middleware.SessionMiddleware",
    "core.http.missing_slash.MissingSlashMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.http.content_length.ContentLengthMiddleware",
    "core.http.rate_limit_headers.RateLimitMiddleware",
    "core.http.known_parameters.KnownParametersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.http.browser_middleware.AuthenticationMiddleware",
    "core.http.browser_middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "core.urls"
WSGI_APPLICATION = "core.wsgi.application"
ASGI_APPLICATION = "core.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis. The queue is in the database of REDIS_URL; the results and the cache are in the next two.
REDIS_URL: str = env.secret("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "core.redis.CacheOnRedis",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# Accounts.
AUTH_USER_MODEL = "users_uc.User"
PASSWORD_HASHERS = [
    "users_uc.passwords.hasher.Argon2idHasher",
    "users_uc.passwords.hasher.ImportedPbkdf2Hasher",
    "users_uc.passwords.hasher.ImportedHasher",
    "users_uc.passwords.hasher.WrappedDigestHasher",
]
FIREBASE_SCRYPT_SIGNER_KEY = env.base64_secret("FIREBASE_SCRYPT_SIGNER_KEY")
FIREBASE_SCRYPT_SALT_SEPARATOR = env.base64("FIREBASE_SCRYPT_SALT_SEPARATOR", "Bw==")
FIREBASE_SCRYPT_ROUNDS = env.integer("FIREBASE_SCRYPT_ROUNDS", 8, minimum=1, maximum=8)
FIREBASE_SCRYPT_MEM_COST = env.integer("FIREBASE_SCRYPT_MEM_COST", 14, minimum=1, maximum=14)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "users_uc.passwords.strength.MaximumLengthValidator"},
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
        for name in ("MinimumLength", "CommonPassword", "NumericPassword")
    ),
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
REGISTRATION_OPEN = env.boolean("REGISTRATION_OPEN", default=True)
REQUIRE_VERIFIED_EMAIL = env.boolean("REQUIRE_VERIFIED_EMAIL", default=False)
REFRESH_REUSE_GRACE = timedelta(seconds=10)
USER_SEARCH_INDEX = env.boolean("USER_SEARCH_INDEX", default=False)
RECENT_LOGIN = timedelta(minutes=5)  # after a login, changes of passwords and rights need no more

# The HTTP API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["users_uc.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["core.http.json_body.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.http.json_body.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.http.negotiation.ApiNegotiation",
    "DEFAULT_PAGINATION_CLASS": "core.http.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "core.http.openapi.SchemaWithErrors",
    "DEFAULT_THROTTLE_RATES": {
        "login": env.rate("THROTTLE_LOGIN", "30/min"),
        "register": env.rate("THROTTLE_REGISTER", "30/min"),
        "reset": env.rate("THROTTLE_RESET", "30/hour"),
        "upload": env.rate("THROTTLE_UPLOAD", "600/min"),
        "cancel": env.rate("THROTTLE_CANCEL", "600/min"),
        "api_key": env.rate("THROTTLE_API_KEY", "1200/min"),
    },
    "EXCEPTION_HANDLER": "core.http.errors.api_exception_handler",
    "NUM_PROXIES": env.integer("TRUSTED_PROXIES", 0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# Files and the import.
STATIC_URL = "static/"
STATIC_ROOT = env.text("STATIC_ROOT", "") or None
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
IMPORT_CHUNK_ROWS = env.integer("IMPORT_CHUNK_ROWS", 100_000, minimum=1)
IMPORT_HASHED_CHUNK_ROWS = 500  # rows with plain passwords; a chunk takes about 13 s
IMPORT_SMALL_FILE_SIZE = env.integer("IMPORT_SMALL_FILE_SIZE", 5_000_000)
IMPORT_MAX_ATTEMPTS = env.integer("IMPORT_MAX_ATTEMPTS", 3, minimum=1)
IMPORT_QUEUED_PER_USER = env.integer("IMPORT_QUEUED_PER_USER", 8, minimum=1)
IMPORT_MAX_WAITING = env.integer("IMPORT_MAX_WAITING", 100, minimum=1)
IMPORT_MAX_ROW_ERRORS = env.integer("IMPORT_MAX_ROW_ERRORS", 100_000, minimum=1)
IMPORT_RETENTION = timedelta(days=env.integer("IMPORT_RETENTION_DAYS", 30, minimum=1))
RECOVER_AFTER = timedelta(seconds=env.integer("RECOVER_AFTER_SECONDS", 30, minimum=1))
RECOVER_EVERY: timedelta = timedelta(
    seconds=env.integer("RECOVER_EVERY_SECONDS", 10, minimum=1, maximum=20)
)
# Longer than core.celery.HARD_TIME_LIMIT, so that no message of a running task is redelivered.
VISIBILITY_TIMEOUT: timedelta = timedelta(
    seconds=env.integer("VISIBILITY_TIMEOUT_SECONDS", 4200, minimum=1)
)
LOADER_STALL = timedelta(seconds=env.integer("LOADER_STALL_SECONDS", 30, minimum=1))

# Webhooks: the networks to which they may be sent besides the public internet, also by http.
WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS")

# Metrics: docs/metrics.md.
METRICS_BIND = env.address("METRICS_BIND")
BUILD_REVISION = env.text("BUILD_REVISION", "unknown")
# A Celery worker and beat touch this file, and the health check of the container reads its time.
HEARTBEAT_FILE = env.text("HEARTBEAT_FILE", "")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pt-br", "Português (Brasil)")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Logs and traces.
LOGGING = logs.configuration()
LOGGING_CONFIG = "core.telemetry.logs.configure"
TRACES_ENDPOINT = env.http_url("OTEL_EXPORTER_JAEGER_ENDPOINT")
TRACES_RATIO = env.fraction("OTEL_TRACES_SAMPLER_ARG", 1.0)
