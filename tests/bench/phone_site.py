"""The portal with its files compressed as a production machine has them. For `make bench BENCH=phone`.

Compressing all of them beforehand would take longer than the measurement; production's Brotli makes them smaller still.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from config.settings.local import *  # noqa: F403
from config.settings.local import MIDDLEWARE as _MIDDLEWARE


class CompressedFiles(GZipMiddleware):
    """Compresses files, never a page: a page holds secrets beside words that a stranger may choose."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave all but static files as they are."""
        return super().process_response(request, response) if request.path.startswith("/static/") else response


MIDDLEWARE = ["tests.bench.phone_site.CompressedFiles", *_MIDDLEWARE]
