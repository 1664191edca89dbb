"""The page of the columns and the options of an upload."""

import uuid

from django.http import HttpResponse
from rest_framework.request import Request

from console import uploads
from console.page import Page, UsesConsole
from tasks.views.upload import CanImport


class MappingView(Page):
    permission_classes = [UsesConsole, CanImport]
    section = "import"

    def get(self, request: Request, upload_id: uuid.UUID) -> HttpResponse:
        upload = uploads.own_upload_or_404(request, upload_id)
        return self.page("mapping.html", upload=upload)
