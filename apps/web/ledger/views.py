"""What outsiders need to hold the ledger to its past: its newest checkpoint and the key that signs it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.errors import NotFound
from apps.ledger import checkpoints
from apps.ledger.selectors import latest_checkpoint
from apps.witness.selectors import watched, witnessed


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What the ledger is and how to keep a checkpoint of it."""
    context = {
        "newest": latest_checkpoint(),
        "verifier": checkpoints.verifier_key(),
        "witnessed": witnessed(),
        "watched": watched(),
    }
    return render(request, "web/ledger/ledger.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed note as plain text, as witnesses read it (C2SP tlog-checkpoint). Raises NotFound."""
    newest = latest_checkpoint()
    if newest is None:
        raise NotFound(_("Nothing is signed yet. Look again in a minute."))
    return HttpResponse(newest.note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
