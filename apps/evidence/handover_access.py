"""Who acts for a hand-over at the scene: the officer who takes it, and the giver, who holds the link to the receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.errors import NotFound, WrongState
from apps.evidence import policies
from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import Handover, Submission
from apps.evidence.states import HandoverState
from apps.ledger.values import Actor
from apps.links import access as links


def handover_of_officer(request: HttpRequest, public_id: str | UUID) -> Handover:
    """The hand-over that this officer takes. Raises NotFound for anybody else."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        wanted = None
    rows = Handover.objects.select_related("agency", "case", "match__invitation__partner", "match__camera__site")
    found = rows.filter(public_id=wanted).first() if wanted else None
    if found is None or not policies.can_take_files(request.user, found):
        raise NotFound(_("There is no such hand-over among yours."))
    return found


def check_takes_files(handover: Handover) -> None:
    """Raise WrongState unless the giver has signed and the hand-over has not ended."""
    if handover.state == HandoverState.OPEN:
        raise WrongState(_("The giver has not signed yet."), code="unsigned")
    if handover.state == HandoverState.ENDED:
        raise WrongState(_("This hand-over has ended. It takes no new files."), code="ended")


def officer_of(user: User, handover: Handover) -> Actor:
    """As the ledger names the officer."""
    return acting_as(user, handover.agency, *policies.TRIAGERS).actor


def handover_by_link(request: HttpRequest, submission: Submission) -> Handover | None:
    """The hand-over of this submission whose receipt this browser has opened by its link."""
    for handover in Handover.objects.filter(submission=submission):
        if links.has_opened(request, HANDOVER, handover.public_id):
            return handover
    return None
