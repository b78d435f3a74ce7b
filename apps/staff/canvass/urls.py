"""The page at the doors. It holds nothing of anybody, so that a browser may keep it for where no connection is."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from apps.canvass.services import ADDRESS_MAX, NOTE_MAX
from apps.canvass.states import Outcome

app_name = "canvass"

#: What the page is made of. Scripts import each other by these plain names.
FILES = (
    *("js/canvass-phone.js", "js/canvass-seal.js", "js/canvass-queue.js", "js/canvass-list.js", "js/canvass-near.js"),
    *("js/elements.js", "css/tokens.css", "css/admin.css", "css/maps.css", "css/item.css", "css/staff.css"),
    *("css/canvass.css", "css/canvass-phone.css", "img/mark.svg"),
)
_WORKER = "js/canvass-worker.js"


@require_safe
def phone(request: HttpRequest, language: str) -> HttpResponse:
    """The page in one language, the same for everybody. Its script asks for the list, and seals what is written."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        context = {"language": language, "outcomes": Outcome.choices, "address_max": ADDRESS_MAX, "note_max": NOTE_MAX}
        response = render(request, "canvass/phone.html", context)
    response["Cache-Control"] = "no-store"  # the worker keeps it, and nothing else does
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its scope is the folder that it lies in: these pages, and no other page of the portal."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@lru_cache(maxsize=1)
def _worker() -> str:
    """What to keep, and the script. Other files or other contents make another worker, which keeps the new ones."""
    found = {name: Path(str(finders.find(name))).read_bytes() for name in (*FILES, _WORKER)}
    version = hashlib.sha256(b"".join(found.values())).hexdigest()[:16]
    addresses = {static(name) for name in FILES} | {f"{settings.STATIC_URL}{name}" for name in FILES}
    pages = [reverse("canvass:phone", args=[language]) for language, _name in settings.LANGUAGES]
    kept = {"version": version, "files": sorted(addresses), "pages": pages}
    return f"self.kept = {json.dumps(kept)};\n{found[_WORKER].decode()}"


urlpatterns = [
    path("worker.js", worker, name="worker"),
    path("<slug:language>/", phone, name="phone"),
]
