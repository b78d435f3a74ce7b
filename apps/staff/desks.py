"""What “Today” holds for the roles that ask for nothing: records custodian, auditor and analyst. And what was promised.

Counts and codes only: no place, no name of a partner. A fixed number of queries for each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.access.allowance import PLACE
from apps.access.models import AccessEvent, PlacesRequest, Purpose, PurposeKind
from apps.access.states import AskState
from apps.accounts.models import User
from apps.agencies.days import today_in
from apps.agencies.models import Agency
from apps.calls.models import Call
from apps.calls.policies import can_view_call
from apps.calls.selectors import board_calls
from apps.calls.shifts import unsigned_hand_overs
from apps.disclosure.clock import NEXT_DAY, days_left, next_day, to_look_at_again
from apps.disclosure.export_selectors import exports_at_desk
from apps.disclosure.models import Export, RecordsRequest, Withholding
from apps.disclosure.states import OPEN_STATES
from apps.evidence.models import CaseHold, EvidenceHold, EvidenceItem, FixityCheck, WitnessContact
from apps.evidence.policies import is_open_to, open_to
from apps.evidence.services.holds import AnyHold, not_held, only_held
from apps.evidence.states import FixityOutcome, ItemState, Triage
from apps.footage_requests.clock import running
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import Answer, RequestState
from apps.ledger.models import Checkpoint
from apps.ledger.selectors import latest_checkpoint
from apps.retention.models import Disposition
from apps.retention.selectors import rules_in_force
from apps.retention.staff_mails import holds_to_review, page_of_hold
from apps.staff.retention.expiring import Expiring, dated_items, rows_of, waiting_for

SHOWN = 8
LOOKS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RecordsDesk:
    """Evidence that waits, fails or is held in the custodian's agencies, requests there, and what ends next."""

    untriaged: int
    unplayable: int
    quarantined: int
    requests_open: int
    held: int
    duties: int
    holds: list[EvidenceHold]
    case_holds: list[CaseHold]
    asked: list[tuple[RecordsRequest, date | None, bool]]
    asked_open: int
    reviews: list[Withholding]
    hold_reviews: list[tuple[AnyHold, str]]
    expiring: list[Expiring]
    has_rules: bool
    proposed: list[Disposition]
    ending: list[EvidenceItem]
    oldest: list[EvidenceItem]
    changed: list[EvidenceItem]
    exports: list[Export]


@dataclass(frozen=True, slots=True)
class Looks:
    """How many places one person opened, in how many accesses."""

    public_id: UUID
    name: str
    places: int
    accesses: int


@dataclass(frozen=True, slots=True)
class UnapprovedCase:
    """A case that gave a reason for access, although nobody approved a request or agreed to show places for it."""

    public_id: UUID
    number: str
    reasons: int


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """Who opened places, which cases nobody approved anything for, and the ledger's last checkpoint."""

    looks: list[Looks]
    unapproved: list[UnapprovedCase]
    checkpoint: Checkpoint | None
    days: int = LOOKS.days


@dataclass(frozen=True, slots=True)
class CallsDesk:
    """Open calls, the most urgent first, how many of each priority, and whether a hand-over waits to be signed."""

    calls: list[Call]
    by_priority: list[tuple[int, int]]
    unsigned: bool

    @property
    def total(self) -> int:
        return sum(count for _priority, count in self.by_priority)


def records_desk(user: User, agencies: list[Agency]) -> RecordsDesk:
    """A fixed number of queries, and some for each agency where the person is a custodian."""
    items = EvidenceItem.objects.filter(open_to(user), agency__in=agencies)
    counts = items.aggregate(
        untriaged=Count("pk", filter=Q(triage=Triage.SUBMITTED)),
        unplayable=Count("pk", filter=Q(state=ItemState.UNPLAYABLE)),
        quarantined=Count("pk", filter=Q(state=ItemState.QUARANTINED)),
    )
    failed = FixityCheck.objects.filter(item_id=OuterRef("pk"), outcome=FixityOutcome.FAIL)
    named = items.select_related("submission__case")
    now = timezone.now()
    duties = Purpose.objects.filter(user=user, agency__in=agencies, kind=PurposeKind.RECORDS_DUTY, ends_at__gt=now)
    holds = EvidenceHold.objects.filter(open_to(user, "item__"), item__agency__in=agencies, lifted_at__isnull=True)
    return RecordsDesk(
        **counts,
        requests_open=FootageRequest.objects.filter(agency__in=agencies, state=RequestState.OPEN).count(),
        held=only_held(items).count(),
        duties=duties.count(),
        holds=list(holds.select_related("item__submission__case").order_by("created_at", "pk")[:SHOWN]),
        **_records_requests(agencies),
        **_retention(user, agencies),
        case_holds=list(
            CaseHold.objects.filter(case__agency__in=agencies, lifted_at__isnull=True)
            .select_related("case")
            .order_by("created_at", "pk")[:SHOWN]
        ),
        ending=_contacts_that_end(named),
        oldest=list(named.filter(triage=Triage.SUBMITTED).order_by("received_at", "pk")[:SHOWN]),
        changed=list(named.filter(Exists(failed)).order_by("-received_at", "-pk")[:SHOWN]),
        exports=exports_at_desk(user, agencies),
    )


def _records_requests(agencies: list[Agency]) -> dict[str, Any]:
    """Open records requests, the first due first, and statutes to look at again; by the day of each agency."""
    asked = RecordsRequest.objects.filter(agency__in=agencies, state__in=OPEN_STATES)
    first_due = asked.select_related("agency").order_by(NEXT_DAY, "pk")[:SHOWN]
    reviews: list[Withholding] = []
    for agency in agencies:
        due = to_look_at_again(agency, today_in(agency)).select_related("request")
        reviews += list(due[:SHOWN])
    return {
        "asked": [(one, next_day(one), (days_left(one) or 0) < 0) for one in first_due],
        "asked_open": asked.count(),
        "reviews": reviews[:SHOWN],
    }


def _retention(user: User, agencies: list[Agency]) -> dict[str, Any]:
    """Items whose time ends first, with what keeps them still, and holds to look at again."""
    rules = rules_in_force(agencies)
    dated = dated_items(user, agencies, rules).filter(expires_at__isnull=False)[:SHOWN] if rules else []
    due: list[AnyHold] = [
        hold
        for agency in agencies
        for rows in holds_to_review(agency)
        for hold in rows[:SHOWN]
        if isinstance(hold, CaseHold) or is_open_to(user, hold.item)
    ]
    return {
        "expiring": rows_of(dated, rules),
        "has_rules": bool(rules),
        "proposed": waiting_for(user, agencies),
        "hold_reviews": [(hold, page_of_hold(hold)) for hold in due[:SHOWN]],
    }


def _contacts_that_end(items: QuerySet[EvidenceItem]) -> list[EvidenceItem]:
    """One item of each giver whose kept contact ends next, with `keep_until`. What is held does not end."""
    contacts = not_held(WitnessContact.objects.filter(partner=OuterRef("submission__partner")))
    newest = items.filter(submission__partner=OuterRef("submission__partner")).order_by("-pk").values("pk")[:1]
    found = items.annotate(keep_until=Subquery(contacts.values("keep_until")[:1]), newest=Subquery(newest))
    return list(found.filter(keep_until__isnull=False, pk=F("newest")).order_by("keep_until", "pk")[:SHOWN])


def audit_desk(agencies: list[Agency]) -> AuditDesk:
    """Three queries."""
    since = timezone.now() - LOOKS
    # A purpose ends after some hours, so older ones opened nothing since then, and the index on purposes serves.
    opened_under = Purpose.objects.filter(
        agency__in=agencies, created_at__gte=since - timedelta(hours=settings.PURPOSE_HOURS)
    )
    people = (
        AccessEvent.objects.filter(purpose__in=opened_under, subject_kind=PLACE, entry__recorded_at__gte=since)
        .values("purpose__user__public_id", "purpose__user__name")
        .annotate(places=Count("subject_id", distinct=True), accesses=Count("entry", distinct=True))
        .order_by("-places", "purpose__user__name")[:SHOWN]
    )
    approved = FootageRequest.objects.filter(case_id=OuterRef("case_id"), approved_at__isnull=False)
    agreed = PlacesRequest.objects.filter(case_id=OuterRef("case_id"), state=AskState.AGREED)
    cases = (
        Purpose.objects.filter(agency__in=agencies, kind=PurposeKind.CASE, created_at__gte=since)
        .exclude(Exists(approved))
        .exclude(Exists(agreed))
        .values("case__public_id", "case__number")
        .annotate(reasons=Count("pk"))
        .order_by("-reasons", "case__number")[:SHOWN]
    )
    return AuditDesk(
        looks=[
            Looks(row["purpose__user__public_id"], row["purpose__user__name"], row["places"], row["accesses"])
            for row in people
        ],
        unapproved=[UnapprovedCase(row["case__public_id"], row["case__number"], row["reasons"]) for row in cases],
        checkpoint=latest_checkpoint(),
    )


def calls_desk(user: User) -> CallsDesk:
    """Two queries. The addresses of the calls stay on the board, and so do those that other agencies share."""
    board = board_calls(user).defer("address")
    calls = [call for call in board if call.is_open and can_view_call(user, call)]
    return CallsDesk(
        calls=calls[:SHOWN],
        by_priority=sorted(Counter(call.priority for call in calls).items()),
        unsigned=unsigned_hand_overs(user).exists(),
    )


def may_be_overwritten(now: datetime) -> Q:
    """The matches of a request whose footage may still be lost: no answer yet, or footage that was promised."""
    return running(now, "matches__") & Q(state=RequestState.OPEN)


def promised_to(user: Any, agencies: list[Agency]) -> list[Match]:
    """Cameras whose owner said yes to the person's open requests and sent nothing yet, the first overwritten first."""
    sent = EvidenceItem.objects.filter(match_id=OuterRef("pk"))
    return list(
        Match.objects.filter(
            running(timezone.now()),
            ~Exists(sent),
            request__author=user,
            request__agency__in=agencies,
            request__state=RequestState.OPEN,
            answer=Answer.HAS_FOOTAGE,
        )
        .select_related("camera", "request")
        .order_by("overwrite_deadline", "pk")[:SHOWN]
    )
