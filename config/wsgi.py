"""WSGI entry point. Uploads rely on WSGI: an ASGI server would spool whole bodies before the view saw them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

application = get_wsgi_application()
