"""Pages of people who were entered by others: what is recorded about me, take it over, or have it erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.links.views import landing
from apps.partners.models import Partner
from apps.partners.policies import MANAGING_ROLES, can_manage_partner, partners_for
from apps.prospects import access
from apps.prospects.forms import ClaimForm
from apps.prospects.link_kinds import OWNER
from apps.prospects.models import OwnerInvitation
from apps.prospects.services import Answer, register_claimed, remove_me, take_over
from apps.terms.selectors import documents_in_force, has_accepted, outstanding_terms, shown_terms
from apps.terms.services.accepting import shown_from


class SeeOther(HttpResponseRedirect):
    """303: whatever was posted, the next request is a GET."""

    status_code = 303


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What is recorded about me, and my yes."""
    invitation = access.invitation_from(request, public_id)
    if invitation is None:
        return landing(request, OWNER, public_id)
    if access.is_claimed(invitation):
        return _finish(request, invitation)
    if not access.is_open(invitation):
        return render(request, "web/prospects/owner_over.html", {"invitation": invitation}, status=410)
    partners = _partners_of(request)
    first = {"partner": str(partners[0].public_id)} if partners else {}
    form = ClaimForm(request.POST or None, partners=partners, initial={"name": invitation.name, **first})
    if request.method != "POST":
        return _owner_page(request, invitation, form)
    if not form.is_valid():
        return _owner_page(request, invitation, form, status=422)
    return _take_over(request, invitation, form, partners)


def _take_over(
    request: HttpRequest, invitation: OwnerInvitation, form: ClaimForm, partners: list[Partner]
) -> HttpResponseBase:
    user = request.user if isinstance(request.user, User) else None
    data = form.cleaned_data
    chosen = next((one for one in partners if str(one.public_id) == data.get("partner")), None)
    answer = Answer(
        partner=chosen,
        name=data["name"],
        agencies=list(data["agencies"]),
        shown=shown_from(request.POST.getlist("shown")),
        request_key=data["request_key"],
        language=request.LANGUAGE_CODE[:2],
    )
    try:
        user, _partner, fresh = take_over(invitation=invitation, user=user, answer=answer)
    except Stale:
        return _owner_page(request, invitation, form, status=409, changed=True)
    except InvalidInput as error:
        form.refuse(error)
        return _owner_page(request, invitation, form, status=422)
    except NotAllowed as error:
        if error.code != "sign_in":
            raise
        return redirect(f"{reverse('account_login')}?next={request.path}")
    messages.success(
        request, _("Thank you. The cameras are yours now; staff will look at them before anybody can ask.")
    )
    target = reverse("web:cameras")
    if not fresh:
        return SeeOther(target)
    record_authentication(request, user, method="code", email=user.email)
    answered: HttpResponseBase = perform_login(
        request, Login(user=user, redirect_url=target, email=user.email, signup=True)
    )
    return answered


@never_cache
@require_POST
def remove(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Erase everything that was entered about me, in one tap."""
    invitation = access.invitation_from(request, public_id)
    if invitation is None:
        return landing(request, OWNER, public_id)
    remove_me(invitation=invitation, actor=access.actor_of(request, invitation))
    return render(request, "web/prospects/owner_removed.html", {"invitation": invitation})


def _finish(request: HttpRequest, invitation: OwnerInvitation) -> HttpResponse:
    """It is taken over already: on to the terms, or to the cameras."""
    user, partner = request.user, invitation.partner
    if not isinstance(user, User) or partner is None or not can_manage_partner(user, partner):
        return render(request, "web/prospects/owner_over.html", {"invitation": invitation}, status=410)
    if outstanding_terms(partner) and not has_accepted(partner):
        return redirect("web:accept_terms")
    register_claimed(invitation=invitation, user=user, actor=actor_for(user, role="registrant"))
    return redirect("web:cameras")


def _partners_of(request: HttpRequest) -> list[Partner]:
    return list(partners_for(request.user, *MANAGING_ROLES).filter(left_at__isnull=True).order_by("pk"))


def _owner_page(
    request: HttpRequest, invitation: OwnerInvitation, form: ClaimForm, *, status: int = 200, changed: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {
        "invitation": invitation,
        "cameras": access.recorded(invitation),
        "form": form,
        "documents": [shown_terms(version) for version in documents_in_force()],
        "changed": changed,
        "other": isinstance(request.user, User) and request.user.email != invitation.email,
    }
    return render(request, "web/prospects/owner.html", context, status=status)
