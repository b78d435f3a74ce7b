"""“Ask again”: a new letter for who cannot open the one that they have, and the rules that answers made."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.accounts.sources import network_address
from apps.accounts.tallies import Counter, Limit, take
from apps.core.errors import NotFound, TooMany
from apps.footage_requests.models import KindRefusal
from apps.footage_requests.services import allow_kind_again, ask_again
from apps.ledger.values import Actor
from apps.partners.models import Partner
from apps.web.decorators import manager_page

_LIMIT = Limit("again_from", 10, 3600)


@never_cache
@require_POST
def again(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """The same page for a request that is there, one that has ended and one that never was."""
    if not take(Counter(_LIMIT, network_address(request))).passes:
        raise TooMany(_("Many letters were asked for from here. Please wait an hour, or call the agency."))
    ask_again(public_id=invitation, actor=Actor.invitation(invitation))
    return render(request, "web/requests/again.html")


@manager_page
@require_POST
def allow_kind(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """An agency may ask about a kind of incident again."""
    refusal = KindRefusal.objects.filter(public_id=public_id, partner=partner).first()
    if refusal is None:
        raise NotFound(_("There is nothing here."))
    allow_kind_again(partner=partner, refusal=refusal, user=user, actor=actor_for(user))
    messages.success(request, _("Saved. You may be asked about it again."))
    return redirect("web:consents")
