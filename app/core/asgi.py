"""The ASGI entry point, for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

from core.http.content_type import with_plain_types_async
from core.telemetry import export

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
export.start_web()
application = with_plain_types_async(get_asgi_application())
