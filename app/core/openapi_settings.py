"""Settings of the OpenAPI schema: a part of core.settings."""

from core import __version__
from core.http.rate_limit_headers import HEADERS

SPECTACULAR_SETTINGS = {
    "TITLE": "Accounts API",
    "DESCRIPTION": "User accounts with bulk import from CSV files and workbooks.",
    "CONTACT": {"name": "The operator of this service"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "This service."}],
    "TAGS": [
        {"name": "imports", "description": "Files of users, and the result of each row."},
        {"name": "users", "description": "User accounts, and the account of the caller."},
        {"name": "attributes", "description": "The fields of users that superusers declare."},
        {"name": "auth", "description": "Registration, login and tokens."},
        {"name": "keys", "description": "API keys, the credentials of programs."},
        {"name": "webhooks", "description": "URLs that are told of changes, and deliveries."},
        {"name": "service", "description": "The service and its URLs."},
    ],
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "APPEND_COMPONENTS": {
        "headers": {
            name: {"schema": {"type": "integer", "minimum": 0}, "description": description}
            for name, description in HEADERS.items()
        }
    },
    "PREPROCESSING_HOOKS": ["core.http.openapi.stable_endpoints"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.http.openapi_plain.plain",
        "core.http.openapi_enums.named_enums",
        "core.http.openapi_examples.with_examples",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ImportState": "tasks.models.ImportJob.Status",
        "ImportOutcome": "tasks.status.serializers.OUTCOMES",
        "ImportPhase": "tasks.status.document.PHASES",
        "ImportMode": ["create", "upsert"],
        "MatchField": ["email", "external_id"],
        "OnError": ["continue", "abort"],
        "DateOrder": "tasks.options.DATE_ORDERS",
        "InvitationLanguage": "tasks.intake.upload_options.CODES",
        "FileFormat": ["csv", "xlsx", "ods"],
        "AttributeType": ["text", "integer", "decimal", "boolean", "date", "choice"],
        "KeyScope": "users_uc.models.Scope",
        "MailKind": "users_uc.models.Mail.Kind",
        "DeliveryStatus": "webhooks.models.Delivery.Status",
        "WebhookEvent": "webhooks.models.EventType",
        "DisabledReason": "webhooks.models.Webhook.Disabled",
    },
}
