"""The landing page of every kind of link, the address to which it posts, and the page for a code alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.addresses import address_of
from apps.links import access, throttle
from apps.links.kinds import Kind, kind_named
from apps.links.models import Link


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next request is a GET."""

    status_code = 303


def landing(request: HttpRequest, kind: Kind, subject: UUID, *, problem: str = "", status: int = 0) -> HttpResponse:
    """The page that posts the token from behind the `#`; the same for a subject that never was.

    For the page of a kind to return when the browser has not opened the link.
    """
    context = {
        "kind": kind,
        "subject": subject,
        "problem": problem,
        "typed": request.POST.get("code", "")[:40],
        "sign_in": kind.sign_in,
        "page": kind.path(subject),
        "again": address_of(kind.again, subject) if kind.again else "",
    }
    return render(request, "links/landing.html", context, status=status or (403 if request.method == "POST" else 200))


@never_cache
@require_POST
def open_link(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """Take the token that stood behind `#`, or the typed code, and set the cookie that opens the page."""
    named = kind_named(kind)
    secret = request.POST.get("token", "") or request.POST.get("code", "")
    found = access.link_by_secret(kind=named, subject=subject, secret=secret)
    if found is None or not (found.revoked_at or _opens(found)):
        throttle.count_wrong_guess(request)
        return landing(request, named, subject, problem=str(named.wrong))
    return _let_in(request, found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """A code alone, for example from paper, opens what its link opens."""
    if request.method != "POST":
        return render(request, "links/code.html")
    typed = request.POST.get("code", "")
    found = access.link_by_code(typed)
    if found is None or not (found.revoked_at or _opens(found)):
        throttle.count_wrong_guess(request)
        problem = _("We do not know this code. Check each letter, or use the newest mail.")
        return render(request, "links/code.html", {"problem": problem, "typed": typed[:40]}, status=422)
    return _let_in(request, found)


@never_cache
@require_http_methods(["GET", "HEAD"])
def short(request: HttpRequest) -> HttpResponse:
    """The page of a code, which takes the code from behind the `#` of a text message's address."""
    return render(request, "links/code.html", {"from_address": True})


def _opens(link: Link) -> bool:
    return link.lives and link.of_kind.admits(link.subject)


def _let_in(request: HttpRequest, link: Link) -> HttpResponse:
    """On to the page. It says itself that a link was revoked, to those who hold its secret and to nobody else."""
    if link.revoked_at is None:
        link = link.of_kind.opens(link)
    response = SeeOther(link.of_kind.path(link.subject))
    access.remember(response, request, link)
    return response
