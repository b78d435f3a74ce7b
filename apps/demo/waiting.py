"""What visitors see while the demo's registers are being loaded: how far it is, on every page, and nothing half made.

The register is one transaction of some tens of seconds. Its progress stands in a file, because a transaction shows
nothing until it ends; the file is there from the start of `make run` until the register is whole. While it is there, no
page asks the database.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

AGAIN_AFTER_S = 2


def progress_file() -> Path:
    """Percents, as text."""
    return Path(settings.DATA_DIR) / "run" / "demo-loading"


def tell(percent: int) -> None:
    """Write how far it is; in one step, for readers see all of it or what was there."""
    file = progress_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(str(percent))
    fresh.replace(file)


def let_in() -> None:
    """Everything is there: pages open."""
    progress_file().unlink(missing_ok=True)


def percent_loaded() -> int | None:
    """How far it is; None when everything is there."""
    try:
        said = progress_file().read_text()
    except OSError:
        return None
    with contextlib.suppress(ValueError):
        return max(0, min(int(said), 99))
    return 0


class WaitingMiddleware:
    """Stands before whatever asks the database; files of the pages' own pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        percent = percent_loaded()
        if percent is None:
            return self.get_response(request)
        page = render_to_string(
            "demo/loading.html", {"percent": percent, "again_after": AGAIN_AFTER_S, "practice": settings.PRACTICE}
        )
        response = HttpResponse(page, status=503)
        response["Retry-After"] = str(AGAIN_AFTER_S)
        response["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined]  # every two seconds, and nothing is wrong
        return response
