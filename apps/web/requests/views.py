"""What a partner was asked for, and what became of what was given."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.paging import page_of
from apps.web.acting import Scope, scope_for
from apps.web.decorators import partner_of_page, person_page
from apps.web.head import memberships_of_page
from apps.web.requests.given import submission_cards, submissions_of
from apps.web.requests.selectors import invitation_cards, invitations_to


@person_page
@require_safe
def asked(request: HttpRequest, user: User) -> HttpResponse:
    """Requests to me: open ones first, then what I answered."""
    scope = _scope(request, user)
    page = page_of(request, invitations_to(user, scope.of(user)))
    cards = invitation_cards(page.rows)
    context = {"nav": "requests", "page": page, "cards": cards, "scope": scope}
    return render(request, "web/requests/requests.html", context)


@person_page
@require_safe
def given(request: HttpRequest, user: User) -> HttpResponse:
    """What I gave, and every act on it since."""
    scope = _scope(request, user)
    page = page_of(request, submissions_of(user, scope.of(user)))
    cards = submission_cards(page.rows, user=user, session_key=request.session.session_key)
    context = {
        "nav": "given",
        "page": page,
        "cards": cards,
        "scope": scope,
        "delay_days": settings.LOOK_DELAY_MAX_DAYS,
    }
    return render(request, "web/requests/given.html", context)


def _scope(request: HttpRequest, user: User) -> Scope:
    return scope_for(
        memberships_of_page(request), partner_of_page(request, user), every=request.GET.get("partner") == "all"
    )
