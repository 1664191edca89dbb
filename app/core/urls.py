"""All URLs of the service, except those in core.http.internal_endpoints."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from core.http.browser_middleware import ADMIN, CONSOLE
from core.http.home import HomeView
from core.http.index import index
from core.http.openapi_view import DocsView, SchemaView

_styled = csp_update({"style-src": [UNSAFE_INLINE]})  # the page of Swagger UI has inline styles

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("api/", index, name="index"),
    path("api/v1/", include("users_uc.urls")),
    path("api/v1/", include("tasks.urls")),
    path("api/v1/", include("webhooks.urls")),
    # Aliases: the URLs of release 1.0, and others without a version. Their namespaces keep them out
    # of links.
    path("api/", include(("users_uc.urls", "earlier-users"))),
    path("api/", include(("webhooks.urls", "earlier-webhooks"))),
    path("api/contacts/", include(("tasks.earlier_urls", "earlier-imports"))),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", _styled(DocsView.as_view(url_name="schema")), name="docs"),
    path("", include("users_uc.page_urls")),
    path(ADMIN, admin.site.urls),
]
if settings.CONSOLE_ENABLED:
    urlpatterns.append(path(CONSOLE, include("console.urls")))

handler400 = "core.http.errors.bad_request"
handler403 = "core.http.errors.permission_denied"
handler404 = "core.http.errors.not_found"
handler500 = "core.http.errors.server_error"
