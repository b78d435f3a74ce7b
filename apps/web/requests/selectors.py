"""What a partner was asked, as its pages show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.clock import is_running, running
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import readable_matches, viewable_invitations
from apps.footage_requests.states import Answer, MatchState, RequestState
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
    calendar_url: str


def invitations_to(user: User, partners: QuerySet[Partner] | None = None) -> QuerySet[Invitation]:
    """What the person's partners, or these of them, were asked.

    What waits comes first, by the time that its recordings have left; then what is open, then what is over.
    """
    waiting = ~Q(state=MatchState.ANSWERED)
    concerning = readable_matches(user)
    unanswered = concerning.filter(running(timezone.now()), waiting, invitation=OuterRef("pk"))
    first = unanswered.order_by("overwrite_deadline").values("overwrite_deadline")[:1]
    matches = concerning.order_by("pk")
    mine = viewable_invitations(user)
    return (
        (mine if partners is None else mine.filter(partner__in=partners.order_by()))
        .annotate(
            is_over=Case(When(request__state=RequestState.OPEN, then=Value(0)), default=Value(1)),
            is_answered=~Exists(concerning.filter(waiting, invitation=OuterRef("pk"))),
            first_lost=Subquery(first),
        )
        .select_related("request__agency", "partner")
        .prefetch_related(Prefetch("matches", queryset=matches))
        .order_by("is_over", "is_answered", F("first_lost").asc(nulls_last=True), "-pk")
    )


def invitation_cards(invitations: Iterable[Invitation]) -> list[InvitationCard]:
    """The invitations in the words of the page. Names are read where they are shown: one may reach 2,000 cameras."""
    invitations = list(invitations)
    short = [one for one in invitations if len(one.matches.all()) <= MOST_LINES]
    wanted = [match.camera_id for one in short for match in one.matches.all()]
    rows = Camera.objects.filter(pk__in=wanted).select_related("site").only("name", "site__name")
    names = {camera.pk: f"{camera.name}, {camera.site.name}" for camera in rows}
    return [_card(one, names) for one in invitations]


def _card(invitation: Invitation, names: dict[int, str]) -> InvitationCard:
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
        answers=_answer_lines(matches, names),
        calendar_url=reverse("footage_requests:calendar", args=[invitation.public_id]),
    )


def _answer_lines(matches: list[Match], names: dict[int, str]) -> list[AnswerLine]:
    """Each camera with its answer; where there are many cameras, how many have which answer."""
    words = {answer: str(said) for answer, said in Answer.choices} | {"": _("no answer yet")}
    if len(matches) <= MOST_LINES:
        return [AnswerLine(names[match.camera_id], words[match.answer]) for match in matches]
    return [
        AnswerLine(ngettext("%(n)d camera", "%(n)d cameras", count) % {"n": count}, words[answer])
        for answer, count in Counter(match.answer for match in matches).items()
    ]


def _invitation_state(is_open: bool, answered: bool) -> tuple[str, str]:
    if is_open:
        return (_("Answered. You can still change it."), "") if answered else (_("Waits for your answer"), "attention")
    return (_("Over. You answered."), "quiet") if answered else (_("Over. No answer is needed."), "quiet")
