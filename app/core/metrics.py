"""`/metrics` for Prometheus, for the internal network only."""

from ipaddress import ip_address

from django.http import Http404, HttpRequest, HttpResponse
from django_prometheus.exports import ExportToDjangoView


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format; 404 for a public address and for whatever came through a proxy."""
    address = ip_address(request.META["REMOTE_ADDR"] or "127.0.0.1")
    if "X-Forwarded-For" in request.headers or not address.is_private:
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    return response
