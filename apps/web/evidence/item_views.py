"""The page where the owner sees what happened to the video, without a time limit."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.evidence import policies, presentation, selectors
from apps.evidence.media_tokens import LIFETIME_S, make_token
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import footage_access
from apps.evidence.states import DerivativeKind


@require_GET
@login_required
def item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Facts, states and custody of an item that the person's partner gave; staff are led to their own page."""
    found = selectors.get_item_for(request.user, public_id)
    if getattr(request.user, "is_staff", False):
        return redirect("admin:evidence_evidenceitem_change", public_id=found.public_id)
    return _page(request, found, made=presentation.derivatives_by_kind(found))


@login_required
@require_POST
def replay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same page with the player: somebody plays the own file, which makes an entry."""
    found = selectors.get_item_for(request.user, public_id)
    user = cast(User, request.user)
    access = footage_access.open_own_footage(user=user, item=found, session_key=request.session.session_key)
    made = presentation.derivatives_by_kind(found)
    shown = {
        "tokens": {kind: make_token(access.for_thing(kind)) for kind in made},
        "fps": presentation.frames_per_second(found),
        "lifetime_s": LIFETIME_S,
        "recipe": presentation.recipe_in_words(made.get(DerivativeKind.WORKING_COPY)),
    }
    return _page(request, found, made=made, **shown)


def _page(request: HttpRequest, item: EvidenceItem, *, made: dict[str, Derivative], **shown: Any) -> HttpResponse:
    user = cast(User, request.user)
    may_play = policies.can_replay_item(user, item)
    picture = ""
    if may_play and DerivativeKind.POSTER in made:
        access = footage_access.own_access(user=user, item=item, session_key=request.session.session_key)
        picture = make_token(access.for_thing(DerivativeKind.POSTER))
    context = {
        "item": item,
        "nav": "given",
        "picture": picture,
        "plays": may_play and DerivativeKind.WORKING_COPY in made and item.kind in presentation.REPLAYED,
        "facts": presentation.facts_of(item),
        "problem": presentation.problem_in_words(item),
        "custody": presentation.custody_of(item),
        "delay_days": settings.LOOK_DELAY_MAX_DAYS,
        "fixity": selectors.last_fixity_check(item),
        **shown,
    }
    response = render(request, "web/evidence/item.html", context)
    response["Cache-Control"] = "no-store"
    return response
