"""What the owner's recorder found: yes or no to each piece, by a person who is signed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import NotFound, WrongState
from apps.evidence.services.pieces import decide_piece, viewable_pieces
from apps.links.views import SeeOther
from apps.web.decorators import person_page

ROLE = "registrant"


@never_cache
@require_POST
@person_page
def decide(request: HttpRequest, user: User, invitation: UUID, piece: UUID) -> HttpResponse:
    """Yes or no to one piece, or no to a yes that was given before. A link alone does not decide."""
    found = viewable_pieces(user).filter(public_id=piece, match__invitation__public_id=invitation).first()
    if found is None:
        raise NotFound(_("There is no such piece among yours."))
    agreed = request.POST.get("decision") == "yes"
    try:
        decide_piece(piece=found, agreed=agreed, user=user, actor=actor_for(user, role=ROLE))
    except WrongState as refusal:
        messages.warning(request, str(refusal.message))
    else:
        said = _("Your recorder may send this piece.") if agreed else _("This piece is not sent.")
        messages.success(request, said)
    return SeeOther(f"{reverse('footage_requests:invitation', args=[invitation])}#pieces")
