"""The endpoint of the OpenAPI schema."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request


class SchemaView(SpectacularAPIView):
    """The OpenAPI schema from a cache with one entry for each language and format.

    Every caller may request the schema and gets the same one. Generating the schema takes as long
    as some hundred other requests.
    """

    query_parameters = frozenset({"format", "lang"})

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the schema as YAML or JSON."""
        renderer = request.accepted_renderer
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        name = self._get_filename(request, None)  # type: ignore[no-untyped-call]
        return HttpResponse(
            _document(get_language(), renderer.media_type),
            content_type=f"{renderer.media_type}{charset}",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


class DocsView(SpectacularSwaggerSplitView):
    """The page of Swagger UI, whose script has the same URL."""

    # The page has no template for OPTIONS, which DRF would answer by a 500.
    http_method_names = ["get", "head"]
    query_parameters = frozenset({"script", "format", "lang"})
    flag_parameters = frozenset({"script"})


@cache
def _document(language: str | None, media_type: str) -> bytes | str:
    """Generate the schema in the current language. `language` is its key in the cache."""
    (kind,) = (kind for kind in SchemaView.renderer_classes if kind.media_type == media_type)
    generator: Any = SchemaView.generator_class()
    schema = generator.get_schema(request=None, public=SchemaView.serve_public)
    return kind().render(schema, renderer_context={})
