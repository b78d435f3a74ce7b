"""Who may open a partner's page: a registrant who is signed in, and nobody from the staff side.

A page acts for one partner: the one that the person chose last, or, when a form is sent, the one for which that form
was shown (`for_partner`), so that a switch in another window never makes a form act for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotAllowed
from apps.partners.models import Partner
from apps.partners.policies import MANAGING_ROLES, check_can_manage
from apps.partners.selectors import get_acting_partner
from apps.web.head import memberships_of_page

P = ParamSpec("P")
FOR_PARTNER = "for_partner"


def public_person(request: HttpRequest) -> User:
    """The signed-in person of a page that staff have no business on. Raises NotAllowed for staff."""
    user = request.user
    if not isinstance(user, User) or user.is_staff:
        raise NotAllowed(
            _("This page is for partners. A staff account cannot hold cameras: please use a second, private account.")
        )
    return user


def partner_of_page(request: HttpRequest, user: User) -> Partner | None:
    """For whom this page acts; None for who never joined or has left. Raises NotFound if a form names another's."""
    named = request.POST.get(FOR_PARTNER) if request.method == "POST" else None
    if named is not None:
        return get_acting_partner(user, named)
    return next((row.partner for row in memberships_of_page(request) if row.partner.left_at is None), None)


def runs_partner(request: HttpRequest, partner: Partner) -> bool:
    """Whether the person of this page is an owner or a manager of the partner; what `can_manage_partner` says."""
    return any(row.partner_id == partner.pk and row.role in MANAGING_ROLES for row in memberships_of_page(request))


def page_is_about(request: HttpRequest, partner: Partner) -> None:
    """The head of the page names this partner, and the page's forms act for it."""
    request.acting_partner = partner  # type: ignore[attr-defined]


def registrant_page(
    view: Callable[Concatenate[HttpRequest, User, Partner, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its registrant and the partner for whom the page acts; who has none joins first."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = public_person(request)
        if user.closed_at is not None:
            return redirect("web:account")
        partner = partner_of_page(request, user)
        if partner is None:
            return redirect("web:join")
        page_is_about(request, partner)
        return view(request, user, partner, *args, **kwargs)

    return login_required(wraps(view)(inner))


def manager_page(
    view: Callable[Concatenate[HttpRequest, User, Partner, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The same for pages of those who run the account: a responder is told whom to ask, before filling anything in."""

    def inner(request: HttpRequest, user: User, partner: Partner, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not runs_partner(request, partner):
            check_can_manage(user, partner)
        return view(request, user, partner, *args, **kwargs)

    return registrant_page(wraps(view)(inner))


def person_page(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its person. People can always see what they gave, even after leaving the program."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, public_person(request), *args, **kwargs)

    return login_required(wraps(view)(inner))
