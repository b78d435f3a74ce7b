"""What every verb of a redaction checks first."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.errors import NotAllowed, NotFound, Stale
from apps.core.locks import locked
from apps.evidence import selectors
from apps.evidence.policies import PLAYERS
from apps.ledger.values import Actor, Subject
from apps.redaction import policies
from apps.redaction.models import Redaction

RELATED = ("item__agency", "item__submission__case", "case__agency", "author")


def locked_redaction(
    redaction: Redaction, version: int, user: User, *, may: Callable[[User, Redaction], bool], refusal: str
) -> Redaction:
    """The redaction under its lock, in the version that the person saw, for somebody who `may`.

    Raises NotFound, NotAllowed with `refusal` or without a purpose that opens the film, Stale.
    """
    mine = locked(Redaction.objects).select_related(*RELATED).get(pk=redaction.pk)
    if not policies.can_view_redaction(user, mine):
        raise NotFound(_("There is no such redaction, or it is not for you."))
    if not may(user, mine):
        raise NotAllowed(refusal, code="role")
    if selectors.purpose_for(user, mine.item) is None:
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    if mine.version != version:
        raise Stale(_("This redaction was changed in another window. Load the page again first."))
    return mine


def actor_of(user: User, redaction: Redaction) -> Actor:
    """The person, as the ledger names them."""
    return acting_as(user, redaction.item.agency, *PLAYERS).actor


def subject_of(redaction: Redaction) -> Subject:
    """As the ledger names it."""
    return Subject.of("redaction", redaction.public_id)
