"""Who may open a partner's page: a registrant who is signed in, and nobody from the staff side."""

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
from apps.portal.selectors.public import current_partner_of

P = ParamSpec("P")


def public_person(request: HttpRequest) -> User:
    """The signed-in person of a page that staff have no business on. Raises NotAllowed for staff."""
    user = request.user
    if not isinstance(user, User) or user.is_staff:
        raise NotAllowed(
            _("This page is for partners. A staff account cannot hold cameras: please use a second, private account.")
        )
    return user


def registrant_page(
    view: Callable[Concatenate[HttpRequest, User, Partner, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its registrant and the partner for whom the person acts now; who has none joins first."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = public_person(request)
        partner = current_partner_of(user)
        if partner is None:
            return redirect("portal:join")
        return view(request, user, partner, *args, **kwargs)

    return login_required(wraps(view)(inner))


def person_page(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its person. What somebody gave stays in sight for ever, also after leaving the program."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, public_person(request), *args, **kwargs)

    return login_required(wraps(view)(inner))
