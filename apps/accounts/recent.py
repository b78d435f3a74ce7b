"""A guard for privileged acts: the person at the desk has just proved who it is (CJIS IA-11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.accounts.staff_events import record_event
from apps.accounts.staff_models import EventKind
from apps.accounts.staff_proof import ProofForm, ask_for_proof, proved_with_it
from apps.accounts.staff_session import Why, has_recent_proof

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


def _note(request: HttpRequest, user: User, *, succeeded: bool) -> None:
    record_event(
        request=request,
        kind=EventKind.PRIVILEGED,
        succeeded=succeeded,
        user=user,
        detail="" if succeeded else "proof asked for",
    )
