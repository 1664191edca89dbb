"""The first page of an import: the choice of files, and the uploads that are not imported yet."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from console.page import Page, UsesConsole
from console.uploads import own_uploads
from tasks.views.template import template_file
from tasks.views.upload import CanImport


class ImportView(Page):
    permission_classes = [UsesConsole, CanImport]
    section = "import"

    def get(self, request: Request) -> HttpResponse:
        uploads = own_uploads(request).order_by("-changed_at")
        return self.page("import.html", uploads=uploads, max_size=settings.MAX_UPLOAD_SIZE)


class TemplateFileView(Page):
    permission_classes = [UsesConsole, CanImport]

    def get(self, request: Request) -> HttpResponse:
        """Return a file to be filled in and uploaded."""
        return template_file(request)
