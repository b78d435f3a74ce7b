"""The dashboard's addresses, below /admin/program/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from apps.staff.program import pages

View = Callable[..., HttpResponse]


def urls(site: Any) -> list[URLPattern]:
    """Each page, guarded by the site."""
    named: dict[str, tuple[str, View]] = {
        "": ("program", require_safe(pages.dashboard)),
        "measures/<slug:key>/": ("program_measure", require_safe(pages.measure_page)),
        "measures/<slug:key>/target/": ("program_target", require_POST(pages.target)),
        "measures/<slug:key>/target/end/": ("program_target_end", require_POST(pages.end_target)),
    }
    return [path(f"program/{route}", site.admin_view(view), name=name) for route, (name, view) in named.items()]
