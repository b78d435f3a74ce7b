"""How far the letters of a request are, and whom they did not reach: read from the outbox, which knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Q, Sum, When

from apps.footage_requests.mails import AGAIN, INVITATION, REMINDER
from apps.footage_requests.models import FootageRequest
from apps.notifications.models import Message
from apps.notifications.sending import UNREACHABLE
from apps.notifications.states import MessageState

_TO_OWNERS = tuple(f"footage_request.{kind}" for kind in (INVITATION, REMINDER, AGAIN))
_ON_THE_WAY = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.UNKNOWN)
#: Letters that did not reach their reader. Others were not sent because there was no reason any more.
_UNDELIVERED = Q(state__in=(MessageState.RETURNED, MessageState.FAILED)) | Q(
    state=MessageState.DROPPED, failure_reason=UNREACHABLE
)


@dataclass(frozen=True, slots=True)
class Progress:
    """The first letters of a request. `taken` went to the mail server, also those that came back since."""

    total: int
    taken: int
    waiting: int
    not_sent: int
    doubles: int

    @property
    def under_way(self) -> bool:
        return self.waiting > 0


def progress_of(request: FootageRequest) -> Progress:
    """How many of the letters that ask are sent; one query over an index, whatever their number."""
    states: Counter[str] = Counter()
    doubles = 0
    rows = Message.objects.filter(about=request.public_id, kind=f"footage_request.{INVITATION}")
    for state, number, again in rows.values_list("state").annotate(number=Count("pk"), again=Sum("possible_doubles")):
        states[state] += number
        doubles += again or 0
    return Progress(
        total=states.total(),
        taken=states[MessageState.SENT] + states[MessageState.RETURNED],
        waiting=sum(states[state] for state in _ON_THE_WAY),
        not_sent=states[MessageState.FAILED] + states[MessageState.DROPPED],
        doubles=doubles,
    )


def undelivered_invitations(request: FootageRequest) -> set[UUID]:
    """Public ids of the invitations whose letters reached nobody: for each reader, the last one did not arrive."""
    letters = Message.objects.filter(about=request.public_id, kind__in=_TO_OWNERS)
    if not letters.filter(_UNDELIVERED).exists():
        return set()
    last: dict[tuple[str, str], bool] = {}
    lost = Case(When(_UNDELIVERED, then=True), default=False, output_field=BooleanField())
    for key, is_lost in letters.annotate(lost=lost).values_list("dedupe_key", "lost").order_by("pk"):
        _kind, invitation, _generation, reader = key.split(":")
        last[(invitation, reader)] = is_lost
    reached = {invitation for (invitation, _reader), is_lost in last.items() if not is_lost}
    return {UUID(invitation) for invitation, _reader in last if invitation not in reached}
