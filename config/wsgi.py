"""WSGI entry point. Uploads rely on WSGI: an ASGI server would spool whole bodies before the view saw them."""

import os

from django.core.wsgi import get_wsgi_application

from config.sharing import share_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

share_connections()
application = get_wsgi_application()
