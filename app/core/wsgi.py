"""The WSGI entry point, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from core.http.content_type import with_plain_types
from core.telemetry import export

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
export.start_web()
application = with_plain_types(get_wsgi_application())
