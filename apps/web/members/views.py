"""The people who act for a partner: see, invite, change, hand over, remove, leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.cameras.selectors import sites_of, sites_of_member
from apps.cameras.services import set_member_sites
from apps.core.errors import InvalidInput, NotAllowed, PortalError, TooMany, WrongState
from apps.links import access
from apps.links.views import landing
from apps.partners import services
from apps.partners.link_kinds import MEMBER
from apps.partners.messages import inviter_words, rights_words
from apps.partners.models import MemberRole, Membership, Partner
from apps.partners.policies import check_may_steer, owns_partner
from apps.partners.selectors import get_member_for, get_member_invitation_for, get_offer
from apps.partners.services.invitations import check_may_answer
from apps.web.decorators import (
    manager_page,
    person_page,
    public_person,
    registrant_page,
)
from apps.web.members.forms import InviteForm, RoleForm, SitesForm, SureForm
from apps.web.members.selectors import history_of, members_page

ROLE = "registrant"


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Who acts for the partner, who is invited, and the form that invites."""
    page = members_page(user, partner)
    form = InviteForm(request.POST or None, roles=page.may_invite, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.invite_member(
                partner=partner,
                email=data["email"],
                role=data["role"],
                language=data["language"],
                user=user,
                request_key=data["request_key"],
                actor=actor_for(user, role=ROLE),
            )
        except InvalidInput as error:
            form.refuse(error)
        except (WrongState, TooMany) as error:
            form.add_error("email", str(error.message))
        else:
            messages.success(
                request, _("The invitation is on its way to %(address)s.") % {"address": data["email"].strip()}
            )
            return redirect("web:members")
    context = {"nav": "members", "page": page, "form": form}
    return render(request, "web/members/members.html", context, status=422 if form.errors else 200)


@registrant_page
@require_safe
def history(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Who came, left, got another role: from the ledger, in the reader's words and time zone."""
    return render(request, "web/members/members_history.html", {"nav": "members", "lines": history_of(user, partner)})


@manager_page
@require_POST
def invitation(request: HttpRequest, user: User, partner: Partner, public_id: UUID) -> HttpResponse:
    """Send an open invitation again, or withdraw it."""
    found = get_member_invitation_for(user, public_id)
    try:
        if "withdraw" in request.POST:
            services.withdraw_invitation(invitation=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
        else:
            services.send_again(invitation=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("Sent again, with a new link. The old link no longer works."))
    except PortalError as refusal:
        if refusal.status not in (409, 429):
            raise
        messages.warning(request, str(refusal.message))
    return redirect("web:members")


@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def change_role(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a member another role. Re-authenticated: a person who finds a session open must not make owners."""
    user, member = _member(request, public_id)
    form = RoleForm(request.POST or None, initial={"role": member.role})

    def act() -> str:
        role = form.cleaned_data["role"]
        services.change_role(membership=member, role=role, user=user, actor=actor_for(user, role=ROLE))
        return _("Saved. We wrote to the person.")

    return _decision(request, member, form, "role", act)


@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make this member the owner, and oneself a manager."""
    user, member = _member(request, public_id)
    form = SureForm(request.POST or None, sentence=_("Yes, hand the account over."))

    def act() -> str:
        services.hand_over(membership=member, user=user, actor=actor_for(user, role=ROLE))
        return _("The account is handed over. You are now a manager.")

    return _decision(request, member, form, "hand_over", act)


@person_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose_sites(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """For which sites a responder answers, chosen by those who run the account."""
    member = _visible(request, user, public_id)
    check_may_steer(user, member.partner, member.role)
    named = [str(one) for one in sites_of_member(member)]
    form = SitesForm(
        request.POST or None,
        sites=[(str(one.public_id), one.name) for one in sites_of(member.partner)],
        initial={"reach": SitesForm.SOME if member.only_sites else SitesForm.EVERY, "sites": named},
    )

    def act() -> str:
        set_member_sites(membership=member, sites=form.chosen(), user=user, actor=actor_for(user, role=ROLE))
        return _("Saved. We wrote to the person.")

    return _decision(request, member, form, "sites", act)


@person_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """End somebody's membership, after a question."""
    member = _visible(request, user, public_id)
    form = SureForm(request.POST or None, sentence=_("Yes, remove this person."))

    def act() -> str:
        services.remove_member(membership=member, user=user, actor=actor_for(user, role=ROLE))
        return _("Removed. The person no longer sees anything of this account.")

    return _decision(request, member, form, "remove", act)


@registrant_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, user: User, partner: Partner) -> HttpResponse:
    """Go oneself, after a question; the last owner is told what to do instead."""
    form = SureForm(request.POST or None, sentence=_("Yes, I no longer act for this partner."))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.leave_partner(partner=partner, user=user, actor=actor_for(user, role=ROLE))
        except WrongState as refusal:
            refused = str(refusal.message)
        else:
            messages.success(request, _("You no longer act for %(partner)s.") % {"partner": partner.name})
            return redirect("web:start")
    context = {"nav": "members", "partner": partner, "form": form, "refused": refused}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "web/members/member_leave.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a letter's link opens: who invites to what. To answer, one signs in with the invited address."""
    if not access.has_opened(request, MEMBER, public_id):
        return landing(request, MEMBER, public_id)
    found = get_offer(public_id)
    user = request.user if isinstance(request.user, User) else None
    context: dict[str, Any] = {
        "invitation": found,
        "inviter": inviter_words(found),
        "rights": rights_words(found.role),
    }
    if user is None:
        return render(request, "web/members/invited.html", context, status=403 if request.method == "POST" else 200)
    try:
        if request.method == "POST" and "decline" in request.POST:
            services.decline_invitation(invitation=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("You declined. Nothing else happens."))
            return redirect("web:start")
        if request.method == "POST" or found.accepted_by_id == user.pk:
            services.accept_invitation(invitation=found, user=user, actor=actor_for(user, role=ROLE))
            messages.success(request, _("You now act for %(partner)s.") % {"partner": found.partner.name})
            return redirect("web:start")
        check_may_answer(found, user)
    except (WrongState, NotAllowed) as refusal:
        context |= {"refusal": str(refusal.message), "code": refusal.code}
        return render(request, "web/members/invited.html", context, status=refusal.status)
    return render(request, "web/members/invited.html", context | {"may_answer": True})


def _member(request: HttpRequest, public_id: UUID) -> tuple[User, Membership]:
    """Owners alone; everybody else is told so before anything is filled in."""
    user = public_person(request)
    member = _visible(request, user, public_id)
    if not owns_partner(user, member.partner):
        raise NotAllowed(_("Only an owner of this account may do that."), code="role")
    return user, member


def _visible(request: HttpRequest, user: User, public_id: UUID) -> Membership:
    member = get_member_for(user, public_id)
    if member.partner.left_at is None:
        request.acting_partner = member.partner  # type: ignore[attr-defined]
    return member


def _decision(request: HttpRequest, member: Membership, form: Any, act_name: str, act: Any) -> HttpResponse:
    """One question about one member: asked, answered, or refused with what to do instead."""
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            said = act()
        except WrongState as refusal:
            refused = str(refusal.message)
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, said)
            return redirect("web:members")
    context = {
        "nav": "members",
        "member": member,
        "partner": member.partner,
        "form": form,
        "act": act_name,
        "refused": refused,
        "roles": [(label, rights_words(role)) for role, label in MemberRole.choices],
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "web/members/member_decision.html", context, status=status)
