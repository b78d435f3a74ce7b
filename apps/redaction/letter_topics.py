"""What staff are told about redactions."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.policies import serves_as
from apps.evidence.policies import PLAYERS
from apps.notifications.topics import Topic, declare
from apps.redaction.models import Redaction
from apps.redaction.policies import SECOND_READERS, can_read_for, can_view_redaction
from apps.redaction.states import RedactionState

_NEWS = (RedactionState.RETURNED, RedactionState.ASIDE, RedactionState.PROVEN, RedactionState.FAILED)


def _redaction(about: UUID) -> Redaction | None:
    return Redaction.objects.select_related("item__agency", "item__submission").filter(public_id=about).first()


def _waits_for(user: User, about: UUID) -> bool:
    mine = _redaction(about)
    return mine is not None and mine.state == RedactionState.SUBMITTED and can_read_for(user, mine)


def _is_news(user: User, about: UUID) -> bool:
    mine = _redaction(about)
    return mine is not None and mine.author_id == user.pk and mine.state in _NEWS and can_view_redaction(user, mine)


declare(
    Topic(
        name="redaction_asked",
        title=_("A redaction waits for a second reader"),
        kinds=("redaction.submitted",),
        gets=lambda user: serves_as(user, *SECOND_READERS),
        waits=_waits_for,
    ),
    Topic(
        name="redaction_news",
        title=_("Your redaction came back, is made or cannot be made"),
        kinds=("redaction.returned", "redaction.aside", "redaction.proven", "redaction.failed"),
        gets=lambda user: serves_as(user, *PLAYERS),
        waits=_is_news,
    ),
)
