"""The endpoint of the example file."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from core.http.negotiation import AnyAccept
from tasks import openapi
from tasks.intake.template import LANGUAGES, best_template, template
from tasks.views.upload import CanImport
from users_uc.api_keys.authentication import IMPORTS


def _language(request: Request) -> str:
    """Return the language of the query, or else of the header `Accept-Language`."""
    asked = request.query_params.get("language")
    if asked is None:
        return best_template(request.headers.get("Accept-Language", ""))
    if (language := asked.lower()) not in LANGUAGES:
        message = _("There is no template in this language. Send one of these: {known}.")
        known = ", ".join(LANGUAGES)
        raise serializers.ValidationError({"language": [message.format(known=known)]})
    return language


def template_file(request: Request) -> HttpResponse:
    """Return the example file as a download. Raises `ValidationError` for another language."""
    language = _language(request)
    disposition = f'attachment; filename="template-{language}.csv"'
    return HttpResponse(
        template(language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition, "Content-Language": language},
    )


class TemplateView(APIView):
    operation_ids = {"get": "getTemplate"}
    key_scopes = IMPORTS
    query_parameters = frozenset({"language"})
    permission_classes = [IsAuthenticated, CanImport]
    content_negotiation_class = AnyAccept

    @openapi.template
    def get(self, request: Request) -> HttpResponse:
        """Return a CSV file with a header and two examples, to be filled in and uploaded."""
        return template_file(request)
