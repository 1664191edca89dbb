"""The serializers of webhooks and their deliveries."""

import re
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from core.http.fields import ChoiceField
from core.http.known_fields import KnownFields
from users_uc.fields import StrictBooleanField, TextField, UserTextField, password_field
from users_uc.recent_login import prove_login
from webhooks import registry
from webhooks.addresses import (
    DEFAULT_PORTS,
    AddressRefusedError,
    InvalidHostError,
    check_host,
)
from webhooks.models import URL_MAX_LENGTH, Delivery, EventType, Webhook

_ABOUT_SIGNING: Final = (
    "The secret of the signatures: `whsec_` and 32 bytes in base64. No other answer has it."
)
_WRONG_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_ABOUT_LOGIN: Final = "The caller's password. It is needed if the login is older than 5 minutes."


class WebhookUrlField(TextField):
    """The URL of a receiver."""

    default_error_messages = {
        "invalid_url": _(
            "This is not a URL of a receiver. Send one like https://example.com/path."
        ),
        "credentials": _("The URL contains a user name or a password. Remove them."),
        "fragment": _("The URL contains a fragment. Remove the # and the text after it."),
        "percent": _(
            "The URL contains a % that two hexadecimal digits do not follow. Write %25 for the "
            "character itself."
        ),
        "invalid_host": _(
            "The host of the URL is neither a domain name nor an IP address. Send a URL like "
            "https://example.com/path."
        ),
        "address_refused": _(
            "Webhooks are sent by https to public IP addresses. Send another URL, or ask the "
            "operator to set WEBHOOK_ALLOWED_NETWORKS."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=URL_MAX_LENGTH, trim_whitespace=False, **kwargs)
        set_override(
            self, "field", {"type": "string", "format": "uri", "maxLength": URL_MAX_LENGTH}
        )

    def to_internal_value(self, data: Any) -> str:
        """Return the URL with an ASCII host."""
        url = self._parsed(super().to_internal_value(data))
        if url.auth is not None:
            self.fail("credentials")
        if url.fragment is not None:
            self.fail("fragment")
        try:
            check_host(url)
        except AddressRefusedError:
            self.fail("address_refused")
        except InvalidHostError:
            self.fail("invalid_host")
        return self._bounded(str(url))

    def _parsed(self, text: str) -> Url:
        if not text.isprintable() or set(text) & {" ", "\\"}:
            self.fail("invalid_url")
        if _WRONG_PERCENT.search(text):
            self.fail("percent")
        try:
            url = parse_url(text)
        except LocationParseError:
            self.fail("invalid_url")
        if url.scheme not in DEFAULT_PORTS or not url.host or url.port == 0:
            self.fail("invalid_url")
        return url

    def _bounded(self, url: str) -> str:
        """Check the length again, because percent-encoding makes a URL longer."""
        if len(url) > URL_MAX_LENGTH:
            self.fail("max_length", max_length=URL_MAX_LENGTH)
        return url


class WebhookSerializer(KnownFields, serializers.ModelSerializer[Webhook]):
    """A webhook without its secret."""

    url = WebhookUrlField(help_text="The URL that receives a POST for each event.")
    events = serializers.ListField(
        child=ChoiceField(EventType.choices),
        min_length=1,
        help_text="The types of the events that the URL receives.",
    )
    description = UserTextField(max_length=200, required=False, allow_blank=True)
    enabled = StrictBooleanField(
        required=False,
        help_text="Whether the URL receives events. `true` enables a webhook again that the "
        "service has disabled.",
    )
    disabled_reason = serializers.SerializerMethodField(
        help_text="Why the webhook is disabled: by a superuser, after 5 days of failures, or "
        "because the receiver answered 410 Gone. Null if it is enabled."
    )
    current_password = password_field(required=False, help_text=_ABOUT_LOGIN)

    class Meta:
        model = Webhook
        fields = (
            *("id", "url", "events", "description", "enabled", "disabled_reason"),
            *("failing_since", "previous_secret_ends_at", "created_at", "current_password"),
        )
        read_only_fields = (*("failing_since", "previous_secret_ends_at", "created_at"),)

    @extend_schema_field(serializers.ChoiceField(Webhook.Disabled.choices, allow_null=True))
    def get_disabled_reason(self, webhook: Webhook) -> str | None:
        return webhook.disabled_reason or None

    def validate_events(self, events: list[str]) -> list[str]:
        """Return each type once."""
        return sorted(set(events))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require a proof of the password for a URL: a stolen token must not send events away."""
        password = attrs.pop("current_password", None)
        before = self.instance.url if self.instance is not None else None
        if attrs.get("url", before) != before:
            prove_login(self.context["request"], password)
        return attrs

    def update(self, instance: Webhook, validated_data: dict[str, Any]) -> Webhook:
        return registry.change(instance, **validated_data)


class NewWebhookSerializer(WebhookSerializer):
    """A new webhook. The answer to its registration has the secret."""

    secret = serializers.CharField(read_only=True, help_text=_ABOUT_SIGNING)

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]

    def create(self, validated_data: dict[str, Any]) -> Webhook:
        """Store the webhook. Raises `TooManyWebhooksError`."""
        webhook, secret = registry.create(**validated_data)
        webhook.secret = secret  # shown, and stored encrypted
        return webhook


class RotationSerializer(KnownFields):
    """The proof of the password for a new secret."""

    current_password = password_field(required=False, help_text=_ABOUT_LOGIN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        prove_login(self.context["request"], attrs.pop("current_password", None))
        return attrs


class NewSecretSerializer(serializers.Serializer[Any]):
    """A new secret, and the end of the previous one."""

    secret = serializers.CharField(read_only=True, help_text=_ABOUT_SIGNING)
    previous_secret_ends_at = serializers.DateTimeField(
        read_only=True, help_text="Until this time the previous secret signs too."
    )


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """The delivery of one event."""

    webhook_id = serializers.SerializerMethodField(
        help_text="The header `webhook-id` of each of its requests."
    )
    data = serializers.DictField(  # type: ignore[assignment]  # a field of that name
        read_only=True, help_text="The `data` of the event."
    )

    class Meta:
        model = Delivery
        fields = (
            *("id", "webhook_id", "event_type", "data", "status", "attempts", "last_status_code"),
            *("last_error", "next_attempt_at", "created_at", "finished_at"),
        )

    @extend_schema_field({"type": "string", "pattern": "^msg_[0-9a-f]{32}$"})
    def get_webhook_id(self, delivery: Delivery) -> str:
        return delivery.message_id
