"""The first page of an import: the choice of a file."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.page import Page, UsesConsole
from tasks.views.upload import CanImport


class ImportView(Page):
    permission_classes = [UsesConsole, CanImport]
    section = "import"

    def get(self, request: Request) -> HttpResponse:
        return self.page("import.html")
