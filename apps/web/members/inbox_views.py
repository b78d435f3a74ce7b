"""Shared inboxes: a manager names an address, and somebody there says yes or no."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, TooMany, WrongState
from apps.links import access
from apps.links.views import landing
from apps.partners import services
from apps.partners.link_kinds import INBOX
from apps.partners.models import Partner, SharedInbox
from apps.web.decorators import manager_page

ROLE = "registrant"


@manager_page
@require_POST
def add(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Ask at an address."""
    email = request.POST.get("email", "")
    language = get_language() or ""
    try:
        services.add_inbox(partner=partner, email=email, language=language, user=user, actor=actor_for(user, role=ROLE))
    except InvalidInput as problem:
        messages.error(request, problem.fields.get("email") or str(problem.message))
    except (WrongState, TooMany) as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("We asked at this address. Letters go there once somebody said yes."))
    return redirect("web:members")


@manager_page
@require_POST
def end(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Nothing goes to the address any more."""
    inbox = services.get_inbox_for(user, public_id)
    services.remove_inbox(inbox=inbox, user=user, actor=actor_for(user, role=ROLE))
    messages.success(request, _("Removed. Links in its letters stop working, and everybody else gets new ones."))
    return redirect("web:members")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the letter's link opens: yes, or no more."""
    found = SharedInbox.objects.filter(public_id=public_id).select_related("partner").first()
    if found is None or not access.has_opened(request, INBOX, public_id):
        return landing(request, INBOX, public_id)
    refusal = ""
    if request.method == "POST":
        try:
            if "no" in request.POST:
                found = services.remove_inbox(inbox=found)
            else:
                found = services.confirm_inbox(inbox=found)
        except WrongState as problem:
            refusal = str(problem.message)
    context = {"inbox": found, "refusal": refusal}
    return render(request, "web/members/inbox.html", context, status=409 if refusal else 200)
