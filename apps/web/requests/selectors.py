"""What a partner was asked, as its pages show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.clock import is_running
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import viewable_invitations
from apps.footage_requests.states import MatchState, RequestState
from apps.partners.models import Partner

MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One of my cameras in a request, or a number of them, and what I answered."""

    cameras: str
    words: str


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """A request as its partner sees it: never the staff's reason, nor who else was asked."""

    code: str
    partner: str
    agency: str
    incident: str
    time_zone: str
    window_start: datetime
    window_end: datetime
    closes_at: datetime | None
    overwrite_deadline: datetime | None
    open: bool
    answered: bool
    state_words: str
    state_class: str
    url: str
    answers: list[AnswerLine]


def invitations_to(user: User, partners: QuerySet[Partner] | None = None) -> QuerySet[Invitation]:
    """What the person's partners, or these of them, were asked: what waits first, then what is open, then newest."""
    waiting = ~Q(state=MatchState.ANSWERED)
    matches = Match.objects.select_related("camera__site").order_by("pk")
    mine = viewable_invitations(user)
    return (
        (mine if partners is None else mine.filter(partner__in=partners.order_by()))
        .annotate(
            is_over=Case(When(request__state=RequestState.OPEN, then=Value(0)), default=Value(1)),
            is_answered=~Exists(Match.objects.filter(waiting, invitation=OuterRef("pk"))),
        )
        .select_related("request__agency", "partner")
        .prefetch_related(Prefetch("matches", queryset=matches))
        .order_by("is_over", "is_answered", "-pk")
    )


def invitation_card(invitation: Invitation) -> InvitationCard:
    """The invitation in the words of the page."""
    asked = invitation.request
    matches = list(invitation.matches.all())
    is_open = accepts_answers(invitation)
    answered = bool(matches) and all(match.state == MatchState.ANSWERED for match in matches)
    now = timezone.now()
    waiting = [match.overwrite_deadline for match in matches if is_running(match, now)]
    words, css = _invitation_state(is_open, answered)
    return InvitationCard(
        code=asked.code,
        partner=invitation.partner.name,
        agency=asked.agency.name,
        incident=capfirst(asked.told_incident) or _("Please keep this recording"),
        time_zone=asked.time_zone,
        window_start=asked.window_start,
        window_end=asked.window_end,
        closes_at=asked.closes_at,
        overwrite_deadline=min(waiting, default=None),
        open=is_open,
        answered=answered,
        state_words=words,
        state_class=css,
        url=reverse("footage_requests:invitation", args=[invitation.public_id]),
        answers=_answer_lines(matches),
    )


def _answer_lines(matches: list[Match]) -> list[AnswerLine]:
    """Each camera with its answer; where there are many cameras, how many have which answer."""
    words = [(match, str(match.get_answer_display()) or _("no answer yet")) for match in matches]
    if len(matches) <= MOST_LINES:
        return [AnswerLine(f"{match.camera.name}, {match.camera.site.name}", said) for match, said in words]
    return [
        AnswerLine(ngettext("%(n)d camera", "%(n)d cameras", count) % {"n": count}, said)
        for said, count in Counter(said for _match, said in words).items()
    ]


def _invitation_state(is_open: bool, answered: bool) -> tuple[str, str]:
    if is_open:
        return (_("Answered. You can still change it."), "") if answered else (_("Waits for your answer"), "attention")
    return (_("Over. You answered."), "quiet") if answered else (_("Over. No answer is needed."), "quiet")
