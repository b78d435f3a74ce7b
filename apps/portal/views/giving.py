"""What a partner was asked for, and what became of what was given."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.portal.doors import person_page
from apps.portal.paging import page_of
from apps.portal.selectors.given import submission_cards, submissions_of
from apps.portal.selectors.requests import invitation_card, invitations_to


@person_page
@require_safe
def asked(request: HttpRequest, user: User) -> HttpResponse:
    """Requests to me: open ones first, then what I answered."""
    page = page_of(request, invitations_to(user))
    cards = [invitation_card(invitation) for invitation in page.rows]
    return render(request, "portal/requests.html", {"nav": "requests", "page": page, "cards": cards})


@person_page
@require_safe
def given(request: HttpRequest, user: User) -> HttpResponse:
    """What I gave, and every act on it since."""
    page = page_of(request, submissions_of(user))
    cards = submission_cards(page.rows)
    return render(request, "portal/given.html", {"nav": "given", "page": page, "cards": cards})
