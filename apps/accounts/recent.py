"""A guard for privileged acts: the person at the desk has just proved who it is (CJIS IA-11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import EventKind, User
from apps.accounts.second_factor import has_second_factor, proof_page
from apps.accounts.staff_events import record_event
from apps.accounts.staff_proof import ProofForm, ask_for_proof, proved_with_it
from apps.accounts.staff_session import Why, has_recent_proof
from apps.core.errors import NotAllowed

P = ParamSpec("P")


def recent_proof_required(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets a form through to `view` if the second factor was given in the last STAFF_PRIVILEGED_MINUTES.

    Else it asks for password and second factor first, keeps what was sent, and goes on with it. For views and bound
    methods that take the request first; pages that are only looked at pass. Each privileged act leaves a sign-in event
    beside the ledger entry of its service: it knows the page and where the person sat (CJIS AU-3).
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user: Any = request.user
        if request.method in ("GET", "HEAD") or not isinstance(user, User) or not user.is_staff:
            return view(request, *args, **kwargs)
        if not has_recent_proof(request):
            proof = proved_with_it(request)
            if proof is not True:
                _note(request, user, succeeded=False)
                return ask_for_proof(request, Why.PRIVILEGED, proof if isinstance(proof, ProofForm) else None)
        _note(request, user, succeeded=True)
        return view(request, *args, **kwargs)

    return guarded


def fresh_second_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages that change how a person signs in: staff prove themselves by the second factor, not the password alone.

    The first factor of an account has none before it to be proved with; residents are asked as allauth asks them.
    """
    guarded = recent_proof_required(view)

    @wraps(view)
    def inner(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not isinstance(user, User) or not user.is_staff or not has_second_factor(user):
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and not has_recent_proof(request):
            return redirect(f"{reverse(proof_page(user))}?{urlencode({'next': request.get_full_path()})}")
        return guarded(request, *args, **kwargs)

    return inner


def not_for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages on which residents change their own address: two people of the agency change that of staff."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request.user, "is_staff", False):
            sentence = _("Two people of your agency change the address of a staff account. Ask your program manager.")
            raise NotAllowed(sentence, code="staff_account")
        return view(request, *args, **kwargs)

    return inner


def _note(request: HttpRequest, user: User, *, succeeded: bool) -> None:
    record_event(
        request=request,
        kind=EventKind.PRIVILEGED,
        succeeded=succeeded,
        user=user,
        detail="" if succeeded else "proof asked for",
    )
