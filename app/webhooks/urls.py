"""The URLs of webhooks, below `/api/v1/`, and below `/api/` as an alias."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from webhooks.views import (
    DeliveriesView,
    RedeliverView,
    RotateSecretView,
    SendTestView,
    WebhookViewSet,
)

router = SimpleRouter()
router.register("webhooks", WebhookViewSet, basename="webhook")

_WEBHOOK = "^webhooks/(?P<pk>[0-9]{1,18})/"
_delivery = [
    path("<uuid:delivery_id>/redeliver/", RedeliverView.as_view(), name="webhook-redeliver")
]

urlpatterns = [
    re_path(f"{_WEBHOOK}rotate-secret/$", RotateSecretView.as_view(), name="webhook-rotate-secret"),
    re_path(f"{_WEBHOOK}test/$", SendTestView.as_view(), name="webhook-test"),
    re_path(f"{_WEBHOOK}deliveries/$", DeliveriesView.as_view(), name="webhook-deliveries"),
    re_path(f"{_WEBHOOK}deliveries/", include(_delivery)),
    *router.urls,
]
