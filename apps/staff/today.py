"""What “Today” shows: a person's own work, and the program's figures. Counts only, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q
from django.utils import timezone

from apps.access.models import PlacesRequest
from apps.access.states import AskState
from apps.agencies.absences import absences_to_know, last_day_of
from apps.agencies.features import Feature, has_open, off_words
from apps.agencies.findings import viewable_findings
from apps.agencies.models import Absence, Agency, Role, RoleGrant
from apps.agencies.policies import agencies_served, is_in_force, serves_as
from apps.agencies.staff_proposal_policies import something_takes_two
from apps.agencies.training import last_day, my_trainings_due, trainings_due
from apps.cameras.counts import cameras_by_zone
from apps.cameras.states import CameraState
from apps.conversations.models import Thread
from apps.conversations.selectors import waiting_threads
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import PLAYERS, open_to
from apps.evidence.states import Triage
from apps.findings.models import Finding
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.policies import AUTHOR_ROLES, may_begin_somewhere
from apps.footage_requests.states import Answer, MatchState, RequestState
from apps.notifications.models import UnreachableAddress
from apps.program.readings import OVERDUE, PERIOD, Asked, partners, waits_for_footage
from apps.program.words import hours_in_words
from apps.redaction.models import Redaction
from apps.redaction.selectors import waiting_redactions
from apps.reviews.models import Review
from apps.reviews.policies import viewable_reviews
from apps.reviews.selectors import unsigned
from apps.staff.cases.page import promise_in_words, time_left
from apps.staff.desks import (
    AuditDesk,
    CallsDesk,
    RecordsDesk,
    audit_desk,
    calls_desk,
    may_be_overwritten,
    promised_to,
    records_desk,
)
from apps.staff.told import mail_trouble_of
from apps.staff.zone_map import ZoneMap, zone_map

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ProgramFigures:
    """The program in numbers; requests, answers and times are those of the last PERIOD."""

    partners: int
    cameras: int
    cameras_pending: int
    requests: int
    requests_open: int
    invited: int
    answered: int
    with_footage: int
    first_footage: timedelta | None
    zones: ZoneMap

    @property
    def answered_percent(self) -> int | None:
        """Answers per invited camera, in whole percent; None before the first invitation."""
        return round(100 * self.answered / self.invited) if self.invited else None

    @property
    def first_footage_words(self) -> str:
        """The median in hours and minutes, or days from the second day on."""
        if self.first_footage is None:
            return ""
        return hours_in_words(self.first_footage / timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class OverdueApprovals:
    """Requests that no supervisor has decided, or reviewed, within a day; never which."""

    count: int
    since: datetime


def overdue_of(agencies: list[Agency]) -> OverdueApprovals | None:
    """Those of these agencies, or None: what a program manager sees to, without seeing the requests."""
    waiting = Q(state=RequestState.SUBMITTED) | Q(went_first=True, review="")
    late = FootageRequest.objects.filter(waiting, agency__in=agencies, submitted_at__lt=timezone.now() - OVERDUE)
    found = late.aggregate(count=Count("pk"), since=Min("submitted_at"))
    return OverdueApprovals(found["count"], found["since"]) if found["count"] else None


@dataclass(slots=True)
class Today:
    """The panels of the first page; an empty list shows an empty state, None hides the panel."""

    mine: list[FootageRequest] | None = None
    to_approve: list[FootageRequest] | None = None
    places_asked: list[PlacesRequest] | None = None
    redactions: list[Redaction] = field(default_factory=list)
    owners_wait: list[Thread] = field(default_factory=list)
    new_items: list[EvidenceItem] | None = None
    figures: ProgramFigures | None = None
    overdue: OverdueApprovals | None = None
    findings: list[Finding] | None = None
    promised: list[tuple[Match, str]] | None = None
    records: RecordsDesk | None = None
    audit: AuditDesk | None = None
    calls: CallsDesk | None = None
    trainings: list[tuple[RoleGrant, date | None, bool]] = field(default_factory=list)
    trainings_due: int = 0
    practice_url: str = field(default_factory=lambda: settings.PRACTICE_URL)
    absences: list[tuple[Absence, date, bool]] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    mail_trouble: UnreachableAddress | None = None
    two_people: bool = False
    may_ask: bool = False
    requests_off: list[str] = field(default_factory=list)
    has_map: bool = False
    period_days: int = field(default=PERIOD.days)

    @property
    def has_to_learn(self) -> bool:
        """Whether one of the person's roles gives no rights, for want of a training."""
        return any(not holds for _grant, _last_day, holds in self.trainings)


def today_for(user: Any) -> Today:
    """Assemble the panels that the person's roles call for."""
    today = Today(may_ask=may_begin_somewhere(user), two_people=something_takes_two(user))
    today.mail_trouble = mail_trouble_of(user)
    asks = agencies_served(user, *AUTHOR_ROLES)
    approves = agencies_served(user, Role.SUPERVISOR)
    today.trainings = [(grant, last_day(grant), is_in_force(grant)) for grant in my_trainings_due(user)]
    if serves_as(user):
        today.absences = [(one, last_day_of(one), one.grant.user_id == user.pk) for one in absences_to_know(user)]
    today.requests_off = off_words(user, Feature.REQUESTS, *AUTHOR_ROLES)
    today.has_map = has_open(user, Feature.PARTNER_MAP)
    if serves_as(user, *PLAYERS):
        today.redactions = list(waiting_redactions(user)[:SHOWN])
    if asks or approves:
        today.owners_wait = list(waiting_threads(user)[:SHOWN])
    if asks:
        live = [RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED, RequestState.OPEN]
        today.mine = list(
            FootageRequest.objects.filter(author=user, agency__in=asks, state__in=live)
            .select_related("case")
            .annotate(
                reached=Count("matches", filter=~Q(matches__state=MatchState.TAKEN_OUT)),
                answered=Count("matches", filter=Q(matches__state=MatchState.ANSWERED)),
                next_overwrite=Min("matches__overwrite_deadline", filter=may_be_overwritten(timezone.now())),
            )
            .order_by(F("next_overwrite").asc(nulls_last=True), "-pk")[:SHOWN]
        )
        for request in today.mine:
            request.left = time_left(request.next_overwrite) if request.next_overwrite else ""  # type: ignore[attr-defined]
        today.promised = [(match, promise_in_words(match)) for match in promised_to(user, asks)]
        today.new_items = list(
            EvidenceItem.objects.filter(
                open_to(user), agency__in=asks, triage=Triage.SUBMITTED, submission__invitation__request__author=user
            )
            .select_related("submission__case", "submission__invitation__request")
            .order_by("-received_at")[:SHOWN]
        )
        if not (today.mine or today.promised or today.new_items or serves_as(user, Role.DETECTIVE)):
            today.mine = today.promised = today.new_items = None  # others ask now and then
    if approves:
        today.to_approve = list(
            FootageRequest.objects.filter(
                Q(state=RequestState.SUBMITTED) | Q(went_first=True, review=""), agency__in=approves
            )
            .exclude(author=user)
            .select_related("case", "agency", "author")
            .order_by("-went_first", "submitted_at")[:SHOWN]
        )
        today.places_asked = list(
            PlacesRequest.objects.filter(agency__in=approves, state=AskState.ASKED, ends_at__gt=timezone.now())
            .exclude(author=user)
            .select_related("case", "author")
            .order_by("created_at")[:SHOWN]
        )
    if serves_as(user, Role.ANALYST):
        desk = calls_desk(user)
        if desk.calls or desk.unsigned or has_open(user, Feature.CALLS, Role.ANALYST):
            today.calls = desk
    if keeps := agencies_served(user, Role.RECORDS_CUSTODIAN):
        today.records = records_desk(user, keeps)
    if audits := agencies_served(user, Role.AUDITOR):
        today.audit = audit_desk(audits)
    if manages := agencies_served(user, Role.PROGRAM_MANAGER):
        today.figures = program_figures(manages)
        today.overdue = overdue_of(manages)
        today.trainings_due = trainings_due(user).order_by().values("user_id").distinct().count()
    if manages or audits:
        today.reviews = unsigned(viewable_reviews(user), only_overdue=not audits)
        seen = viewable_findings(user)
        if not seen.query.is_empty():
            today.findings = list(seen.filter(acknowledged_at__isnull=True).order_by("-last_at", "-pk")[:SHOWN])
    return today


def program_figures(agencies: list[Agency]) -> ProgramFigures:
    """Count the program: partners, cameras and zones are the program's, requests and answers these agencies'."""
    program = Asked(None, timezone.now())
    since = program.since
    requests = FootageRequest.objects.filter(agency__in=agencies, opened_at__gte=since)
    cameras = cameras_by_zone(CameraState.ACTIVE, CameraState.PENDING)
    matches = Match.objects.filter(request__in=requests).aggregate(
        invited=Count("pk", filter=~Q(state__in=[MatchState.PENDING, MatchState.TAKEN_OUT])),
        answered=Count("pk", filter=Q(state=MatchState.ANSWERED)),
        with_footage=Count("pk", filter=Q(answer=Answer.HAS_FOOTAGE)),
    )
    asked = requests.aggregate(all=Count("pk"), open=Count("pk", filter=Q(state=RequestState.OPEN)))
    return ProgramFigures(
        partners=int(partners(program)[0].value or 0),
        cameras=cameras[CameraState.ACTIVE].total(),
        cameras_pending=cameras[CameraState.PENDING].total(),
        requests=asked["all"],
        requests_open=asked["open"],
        first_footage=_median_time_to_first_footage(agencies, since),
        zones=zone_map(cameras[CameraState.ACTIVE], floor=settings.COUNT_FLOOR),
        **matches,
    )


def _median_time_to_first_footage(agencies: list[Agency], since: datetime) -> timedelta | None:
    """Median over requests of: approval until the first item's last byte. None where no footage came."""
    waits = waits_for_footage(agencies, since)
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None
