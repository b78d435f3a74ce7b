"""Who sees a redaction, who draws it, who reads it before it is made."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, has_role
from apps.evidence.policies import PLAYERS, can_play_item, viewable_items
from apps.redaction.models import Redaction
from apps.redaction.states import RedactionState

# Who decides that an export leaves decides that a redaction is enough.
SECOND_READERS = (Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)


def viewable_redactions(user: Person) -> QuerySet[Redaction]:
    """Those of items that the person sees as staff. Givers and recipients see none of the drawing."""
    seen = viewable_items(user)
    if seen.query.is_empty() or not getattr(user, "is_staff", False):
        return Redaction.objects.none()
    return Redaction.objects.filter(item__in=seen)


def can_view_redaction(user: Person, redaction: Redaction) -> bool:
    """Whether the redaction is one of `viewable_redactions(user)`."""
    return viewable_redactions(user).filter(pk=redaction.pk).exists()


def can_redact(user: Person, case: Case) -> bool:
    """Whether the person begins redactions of films of this case that they may play."""
    return has_role(user, case.agency, *PLAYERS)


def can_draw(user: Person, redaction: Redaction) -> bool:
    """Only its author, while the film may be opened."""
    return redaction.author_id == user.pk and can_play_item(user, redaction.item)


def can_read_for(user: Person, redaction: Redaction) -> bool:
    """Whether the person may be its second reader: a supervisor or records custodian, never its author."""
    if redaction.author_id == user.pk or not can_play_item(user, redaction.item):
        return False
    return has_role(user, redaction.item.agency, *SECOND_READERS)


def can_set_aside(user: Person, redaction: Redaction) -> bool:
    """Its author, and who may read it while it waits to be read."""
    if can_draw(user, redaction):
        return True
    return redaction.state == RedactionState.SUBMITTED and can_read_for(user, redaction)
