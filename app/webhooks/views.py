"""Views of webhooks, which only superusers manage. An API key manages none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status, viewsets
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import BaseSerializer

from core.http.openapi import LOCATION_OF_CREATED, errors
from core.http.pagination import CursorPages
from users_uc.auth import locked_caller
from users_uc.models import User
from users_uc.permissions import IsSuperuser
from users_uc.views.recheck import RecheckAfterBody
from webhooks import events, outbox, registry
from webhooks.models import Delivery, Webhook
from webhooks.serializers import (
    DeliverySerializer,
    NewSecretSerializer,
    NewWebhookSerializer,
    RotationSerializer,
    WebhookSerializer,
)

_DISABLED: Final = "`webhook_disabled`: the webhook is disabled."
_MANY_SECRETS: Final = "`too_many_secrets`: 10 secrets of the webhook still sign."
_SUPERUSERS: Final = [IsAuthenticated, IsSuperuser]


class Conflict(APIException):
    """A request that contradicts the state of the webhooks."""

    status_code = status.HTTP_409_CONFLICT


class NewestFirst(CursorPages):
    ordering = "-created_at"


@contextmanager
def _changing(request: Request) -> Iterator[User]:
    """Lock the caller. Raises `PermissionDenied` if the caller is no longer a superuser."""
    with locked_caller(request) as actor:
        if not actor.is_superuser:
            raise PermissionDenied
        yield actor


@contextmanager
def _changing_webhook(request: Request, webhook_id: str) -> Iterator[Webhook]:
    """Lock the caller and the webhook. Raises `Http404` if there is no such webhook."""
    with _changing(request):
        locked = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id)
        webhook = locked.first()
        if webhook is None:
            raise Http404
        yield webhook


def _require_enabled(webhook: Webhook) -> None:
    if not webhook.enabled:
        message = _("The webhook is disabled. Set enabled to true first.")
        raise Conflict(message, "webhook_disabled")


@extend_schema_view(
    list=extend_schema(description="List the webhooks. Only superusers may do this."),
    retrieve=extend_schema(description="Return a webhook. Only superusers may do this."),
    create=extend_schema(
        description="Register a webhook. The answer has the secret, which no other answer has. "
        "A caller whose login is older than 5 minutes sends the password too.",
        parameters=[LOCATION_OF_CREATED],
        request=NewWebhookSerializer,
        responses={
            201: NewWebhookSerializer,
            **errors({409: "`too_many_webhooks`: there are 20 webhooks."}),
        },
    ),
    partial_update=extend_schema(
        description="Change a webhook. Another URL needs a recent login or the password."
    ),
    destroy=extend_schema(description="Delete a webhook and its deliveries."),
)
class WebhookViewSet(RecheckAfterBody, viewsets.ModelViewSet[Webhook]):
    """The webhooks of the service."""

    operation_ids = {
        "list": "listWebhooks",
        "create": "createWebhook",
        "retrieve": "getWebhook",
        "partial_update": "updateWebhook",
        "destroy": "deleteWebhook",
    }
    permission_classes = _SUPERUSERS
    serializer_class = WebhookSerializer
    queryset = Webhook.objects.all()
    lookup_value_regex = "[0-9]{1,18}"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_serializer_class(self) -> type[BaseSerializer[Webhook]]:
        return NewWebhookSerializer if self.action == "create" else WebhookSerializer

    def get_success_headers(self, data: Any) -> dict[str, str]:
        """Return the headers of a registered webhook. Its answer must not be stored."""
        location = reverse("webhook-detail", args=[data["id"]], request=self.request)
        return {"Location": location, "Cache-Control": "no-store"}

    def perform_create(self, serializer: BaseSerializer[Webhook]) -> None:
        with _changing(self.request) as actor:
            try:
                serializer.save(owner=actor)
            except registry.TooManyWebhooksError as error:
                raise Conflict(str(error), "too_many_webhooks") from None

    def perform_update(self, serializer: BaseSerializer[Webhook]) -> None:
        with _changing_webhook(self.request, self.kwargs["pk"]) as webhook:
            serializer.instance = webhook
            serializer.save()

    def perform_destroy(self, instance: Webhook) -> None:
        with _changing(self.request):
            registry.delete(instance)


class RotateSecretView(RecheckAfterBody):
    operation_ids = {"post": "rotateWebhookSecret"}
    permission_classes = _SUPERUSERS

    @extend_schema(
        request=RotationSerializer,
        responses={200: NewSecretSerializer, **errors({409: _MANY_SECRETS})},
    )
    def post(self, request: Request, pk: str) -> Response:
        """Replace the secret. For 24 hours each event has a signature of the replaced one too."""
        body = RotationSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        with _changing_webhook(request, pk) as webhook:
            try:
                secret = registry.rotate(webhook)
            except registry.TooManySecretsError as error:
                raise Conflict(str(error), "too_many_secrets") from None
        answer = {"secret": secret, "previous_secret_ends_at": webhook.previous_secret_ends_at}
        return Response(NewSecretSerializer(answer).data, headers={"Cache-Control": "no-store"})


class SendTestView(RecheckAfterBody):
    operation_ids = {"post": "testWebhook"}
    without_fields = frozenset({"POST"})
    permission_classes = _SUPERUSERS

    @extend_schema(request=None, responses={202: DeliverySerializer, **errors({409: _DISABLED})})
    def post(self, request: Request, pk: str) -> Response:
        """Send an event `webhook.test` to the webhook. The answer has its delivery."""
        with _changing_webhook(request, pk) as webhook:
            _require_enabled(webhook)
            delivery = events.add_test(webhook)
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


@extend_schema_view(
    get=extend_schema(
        parameters=[
            OpenApiParameter("status", str, enum=Delivery.Status.values, description="The state.")
        ]
    )
)
class DeliveriesView(generics.ListAPIView[Delivery]):
    """The deliveries of a webhook, newest first. They are kept for 30 days after their end."""

    operation_ids = {"get": "listDeliveries"}
    permission_classes = _SUPERUSERS
    query_parameters = ("status",)
    serializer_class = DeliverySerializer
    pagination_class = NewestFirst
    queryset = Delivery.objects.none()  # for the type of the URL's id in the OpenAPI schema

    def get_queryset(self) -> QuerySet[Delivery]:
        """Return the deliveries. Raises `Http404` for an unknown webhook."""
        webhook = generics.get_object_or_404(Webhook, pk=self.kwargs["pk"])
        deliveries = webhook.deliveries.all()
        wanted = self.request.query_params.get("status")
        if wanted is None:
            return deliveries
        if wanted not in Delivery.Status.values:
            message = _("This is not a state of a delivery. Send one of these: {states}.")
            states = ", ".join(Delivery.Status.values)
            raise ValidationError({"status": [message.format(states=states)]})
        return deliveries.filter(status=wanted)


class RedeliverView(RecheckAfterBody):
    operation_ids = {"post": "redeliverEvent"}
    without_fields = frozenset({"POST"})
    permission_classes = _SUPERUSERS

    @extend_schema(
        request=None,
        responses={
            202: DeliverySerializer,
            **errors({409: f"{_DISABLED} `delivery_pending`: the delivery has not ended."}),
        },
    )
    def post(self, request: Request, pk: str, delivery_id: UUID) -> Response:
        """Send an ended delivery again. The event has the same `webhook-id`."""
        with _changing_webhook(request, pk) as webhook:
            delivery = generics.get_object_or_404(Delivery, pk=delivery_id, webhook=webhook)
            _require_enabled(webhook)
            if not outbox.redeliver(delivery):
                message = _("The delivery has not ended. Wait for its next attempt.")
                raise Conflict(message, "delivery_pending")
        delivery.refresh_from_db()
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)
