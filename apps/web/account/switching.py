"""For which of several partners a person acts: the switch in the head of each page, and links that name a partner."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.partners.selectors import current_partner_of, get_acting_partner
from apps.partners.services import choose_partner
from apps.web.decorators import person_page

# Pages on which one lands: those of one thing of the other partner would not be found after a switch.
PAGES = {
    "cameras": "web:cameras",
    "requests": "web:requests",
    "given": "web:given",
    "account": "web:account",
    "members": "web:members",
    "sites": "web:sites",
    "associations": "web:associations",
    "association": "web:association",
    "consents": "web:consents",
    "terms": "web:my_terms",
    "kit": "web:kit",
}


@person_page
@require_POST
def switch(request: HttpRequest, user: User) -> HttpResponse:
    """From now on the pages are this partner's, here and on every other device of the person."""
    partner = get_acting_partner(user, request.POST.get("partner", ""))
    choose_partner(user=user, partner=partner)
    messages.success(request, _("You now act for %(partner)s.") % {"partner": partner.name})
    return redirect(PAGES.get(request.POST.get("page", ""), "web:start"))


@person_page
@require_safe
def for_partner(request: HttpRequest, user: User, public_id: UUID, page: str) -> HttpResponse:
    """Where links in letters lead: to that partner's page, after a question if the person now acts for another one.

    A question and no switch by itself: a link that somebody else wrote must not change for whom one acts.
    """
    if page not in PAGES:
        raise NotFound(_("There is no such page."))
    partner = get_acting_partner(user, public_id)
    if current_partner_of(user) == partner:
        return redirect(PAGES[page])
    return render(request, "web/account/for_partner.html", {"partner": partner, "page": page})
