"""What takes two people: confirming a colleague's new address, and giving an agency a program manager again."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.acting import acting_anywhere, acting_as
from apps.agencies.models import Agency, ProposalKind, Role, StaffProposal
from apps.agencies.policies import has_role
from apps.agencies.staff_proposal_policies import (
    agencies_without_manager,
    can_decide,
    colleagues_of,
    open_proposals,
)
from apps.agencies.staff_proposals import confirm_proposal, propose_manager, withdraw_proposal
from apps.agencies.staff_setup import Opened
from apps.core.errors import InvalidInput, NotFound
from apps.ledger.values import Actor
from apps.staff.agencies.forms import ManagerForm
from apps.staff.agencies.staff_admin import code_page


def urls(site: Any) -> list[URLPattern]:
    """The page and its three forms, below /admin/two-people/."""

    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return _page(request, site)

    @require_POST
    @recent_proof_required
    def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
        return _ask(request, site, public_id)

    @require_POST
    @recent_proof_required
    def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
        return _confirm(request, site, public_id)

    @require_POST
    @recent_proof_required
    def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
        return _withdraw(request, public_id)

    named = {
        "": ("two_people", page),
        "<uuid:public_id>/ask/": ("two_people_ask", ask),
        "<uuid:public_id>/confirm/": ("two_people_confirm", confirm),
        "<uuid:public_id>/withdraw/": ("two_people_withdraw", withdraw),
    }
    return [path(f"two-people/{route}", site.admin_view(view), name=name) for route, (name, view) in named.items()]


def _page(
    request: HttpRequest, site: Any, *, wrong: ManagerForm | None = None, at: Agency | None = None
) -> HttpResponse:
    user = cast(User, request.user)
    context = {
        **site.each_context(request),
        "title": _("Two people"),
        "proposals": [
            (
                proposal,
                can_decide(user, proposal),
                proposal.asked_by_id == user.pk,
                proposal.kind == ProposalKind.ADDRESS,
            )
            for proposal in open_proposals(user)
        ],
        "agencies": [
            (agency, wrong if wrong and agency == at else _form(user, agency), not has_role(user, agency))
            for agency in agencies_without_manager(user)
        ],
    }
    status = 422 if wrong else 200
    return TemplateResponse(request, "admin/agencies/two_people.html", context, status=status)


def _form(user: User, agency: Agency, data: Any = None) -> ManagerForm:
    return ManagerForm(data, people=colleagues_of(agency).exclude(pk=user.pk), prefix=f"manager-{agency.pk}")


def _ask(request: HttpRequest, site: Any, public_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    agency = next((one for one in agencies_without_manager(user) if one.public_id == public_id), None)
    if agency is None:
        raise NotFound(_("There is no such agency, or it has a program manager at work."))
    form = _form(user, agency, request.POST)
    if form.is_valid():
        try:
            _proposal, opened = propose_manager(agency=agency, by=user, actor=_actor(user, agency), **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _after(request, site, opened, _("A second person of the agency has to confirm it within a week."))
    return _page(request, site, wrong=form, at=agency)


def _confirm(request: HttpRequest, site: Any, public_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    proposal = _proposal(user, public_id)
    opened = confirm_proposal(proposal=proposal, by=user, actor=_actor(user, proposal.agency))
    return _after(request, site, opened, _("Confirmed. The person is told by mail."))


def _withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    proposal = _proposal(user, public_id)
    withdraw_proposal(proposal=proposal, by=user, actor=_actor(user, proposal.agency))
    messages.success(request, _("It is not done."))
    return redirect("admin:two_people")


def _after(request: HttpRequest, site: Any, opened: Opened | None, words: str) -> HttpResponse:
    if opened is not None and opened.code:
        return code_page(request, site.each_context(request), opened)
    messages.success(request, words)
    return redirect("admin:two_people")


def _proposal(user: User, public_id: UUID) -> StaffProposal:
    found = open_proposals(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is nothing here to decide."))
    return found


def _actor(user: User, agency: Agency) -> Actor:
    """In a role of that agency, else as the program manager of another one."""
    acting = acting_as(user, agency) if has_role(user, agency) else acting_anywhere(user, Role.PROGRAM_MANAGER)
    return acting.actor
