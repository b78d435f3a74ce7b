"""The quarterly update, for everybody: the newest, and every version before it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.program.models import QuarterlyUpdate
from apps.program.updates import get_published, newest_update, published_quarters, shown, versions_of
from apps.sharing.public_list import public_sharing_list


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The newest update."""
    return _page(request, newest_update())


@require_safe
def quarter(request: HttpRequest, quarter: str) -> HttpResponse:
    """The last version of a quarter."""
    return _page(request, get_published(quarter))


@require_safe
def version(request: HttpRequest, quarter: str, number: int) -> HttpResponse:
    """One version of a quarter."""
    return _page(request, get_published(quarter, number))


def _page(request: HttpRequest, update: QuarterlyUpdate | None) -> HttpResponse:
    versions = versions_of(update) if update else []
    context = {
        "sharing": public_sharing_list(),
        "one": shown(update, get_language() or "en") if update else None,
        "quarters": published_quarters(),
        "versions": versions,
        "is_newest": bool(versions) and versions[0] == update,
        "newest_number": versions[0].number if versions else None,
    }
    return render(request, "web/program/program.html", context)
