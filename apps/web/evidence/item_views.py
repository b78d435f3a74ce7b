"""The page where the owner sees what happened to the video, without a time limit."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from apps.evidence import presentation, selectors


@require_GET
@login_required
def item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Facts, states and custody of an item that the person's partner gave; staff are led to their own page."""
    found = selectors.get_item_for(request.user, public_id)
    if getattr(request.user, "is_staff", False):
        return redirect("admin:evidence_evidenceitem_change", public_id=found.public_id)
    context = {
        "item": found,
        "facts": presentation.facts_of(found),
        "problem": presentation.problem_in_words(found),
        "custody": presentation.custody_of(found),
        "fixity": selectors.last_fixity_check(found),
    }
    response = render(request, "web/evidence/item.html", context)
    response["Cache-Control"] = "no-store"
    return response
