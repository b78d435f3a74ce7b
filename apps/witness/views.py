"""The witness for programs: C2SP tlog-witness over HTTP. There is no sign-in: the checkpoint's signature counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.witness.protocol import MOST_BYTES, SIZE_TYPE, Refused
from apps.witness.selectors import cosigned_note
from apps.witness.services import add_checkpoint as add

_PLAIN = "text/plain; charset=utf-8"


@csrf_exempt  # ledgers of other portals send no token; nothing happens without their signature
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Our signature lines, or the protocol's refusal; 413 for a body that no ledger sends."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse("The body is too long.\n", content_type=_PLAIN, status=413)
    try:
        return HttpResponse(add(body), content_type=_PLAIN)
    except Refused as refusal:
        if refusal.size is not None:
            return HttpResponse(f"{refusal.size}\n", content_type=SIZE_TYPE, status=refusal.status)
        return HttpResponse(f"{refusal}\n", content_type=_PLAIN, status=refusal.status)


@require_safe
def checkpoint(request: HttpRequest, origin: str) -> HttpResponse:
    """The newest checkpoint that was cosigned of the ledger whose name has this SHA-256 in hexadecimal."""
    note = cosigned_note(origin)
    if note is None:
        return HttpResponse("Nothing of this ledger was cosigned.\n", content_type=_PLAIN, status=404)
    return HttpResponse(note, content_type=_PLAIN, headers={"Cache-Control": "no-store"})
