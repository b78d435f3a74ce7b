"""What everybody may read: whom to ask, what happens to video, and whether a letter is real."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.sources import network_address
from apps.accounts.tallies import Counter, Limit, take
from apps.agencies.models import Agency
from apps.core.errors import TooMany
from apps.footage_requests.selectors import asked_by_code
from apps.footage_requests.states import RequestState

# Enough for who types one wrong letter after the other; 35 bits are not found that way.
_LIMIT = Limit("check_code", 20, 3600)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages that hold words alone."""
    return render(request, f"web/about/{name}.html", {"portal_name": settings.PORTAL_NAME})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """The published number and address of each agency that takes part."""
    agencies = Agency.objects.filter(is_active=True).order_by("name")
    return render(request, "web/about/contact.html", {"agencies": agencies})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Whether the code of a letter is that of a real request. Says who asks; neither whom, nor where, nor why."""
    if request.method != "POST":
        return render(request, "web/about/check.html")
    if not take(Counter(_LIMIT, network_address(request))).passes:
        raise TooMany(_("Many codes were typed from here. Please wait an hour, or call the agency."))
    typed = request.POST.get("code", "")[:40]
    found = asked_by_code(typed)
    context = {"typed": typed, "asked": found, "is_open": found is not None and found.state == RequestState.OPEN}
    return render(request, "web/about/check.html", context | {"wrong": found is None}, status=200 if found else 422)
