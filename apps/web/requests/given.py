"""What a partner gave, and every act on it since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.models import PurposeKind
from apps.accounts.models import User
from apps.evidence.custody_words import ACTS
from apps.evidence.given_again import delays_for
from apps.evidence.media_tokens import MediaAccess, make_token
from apps.evidence.models import EvidenceItem, Submission
from apps.evidence.policies import NEVER_OPENED, viewable_items, viewable_submissions
from apps.evidence.presentation import REPLAYED, actor_in_words, told_of
from apps.evidence.services.footage_access import own_access
from apps.evidence.states import DerivativeKind, Triage
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.partners.models import Partner
from apps.partners.selectors import partners_of
from apps.sharing.selectors import Shared, what_was_shared_of

VIEWS = frozenset({"evidence_item.viewed", "evidence_item.original_downloaded", "evidence_item.statement_opened"})
PACKAGED = frozenset({"evidence_item.packaged", "evidence_item.package_downloaded"})


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act on a file, from the ledger."""

    at: datetime
    who: str
    act: str
    why: str


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One file that was given, and what became of it."""

    public_id: UUID
    filename: str
    size: int
    digest: str
    state: str
    picture: str
    plays: bool
    triage: str
    triage_class: str
    triage_reason: str
    views: list[ActLine]
    packaged: list[ActLine]
    shared: list[Shared]
    acts: list[ActLine]


@dataclass(frozen=True, slots=True)
class SubmissionCard:
    """Files that came together."""

    code: str
    partner: str
    agency: str
    date: datetime
    time_zone: str
    receipt_url: str
    request: str
    outcome: str
    items: list[ItemCard]


def submissions_of(user: User, partners: QuerySet[Partner] | None = None) -> QuerySet[Submission]:
    """What the person's partners, or these of them, gave, the newest first; also before they left the program."""
    mine = partners_of(user) if partners is None else partners_of(user).filter(pk__in=partners)
    return (
        viewable_submissions(user)
        .filter(partner__in=mine.order_by())
        .select_related("agency", "partner", "invitation__request")
        .prefetch_related(
            Prefetch("items", queryset=viewable_items(user).order_by("pk")),
            Prefetch("items__derivatives"),
            "items__uses__match__request",
        )
        .order_by("-pk")
    )


def submission_cards(submissions: Iterable[Submission], *, user: User, session_key: str | None) -> list[SubmissionCard]:
    """The submissions with every act on each of their files that may be told; five queries however many there are."""
    submissions = list(submissions)
    items = [item for submission in submissions for item in submission.items.all()]
    acts, delays, shared = _acts_by_item(items), delays_for(items), what_was_shared_of(items)

    def card_of(item: EvidenceItem) -> ItemCard:
        told = told_of(item, acts.get(str(item.public_id), []), delays)
        return _item_card(item, told, shared[item.pk], own_access(user=user, item=item, session_key=session_key))

    return [
        SubmissionCard(
            code=submission.code,
            partner=submission.partner.name if submission.partner else "",
            agency=submission.agency.name,
            date=submission.created_at,
            time_zone=submission.agency.time_zone,
            receipt_url=reverse("evidence:receipt", args=[submission.public_id]),
            request=submission.invitation.request.code if submission.invitation else "",
            outcome=_outcome(submission),
            items=[card_of(item) for item in submission.items.all()],
        )
        for submission in submissions
    ]


def _outcome(submission: Submission) -> str:
    """What became of the request: how it ended, or that it is open still."""
    if submission.invitation is None:
        return ""
    asked = submission.invitation.request
    if asked.outcome:
        return str(asked.get_outcome_display())
    return _("still open") if asked.state == RequestState.OPEN else str(asked.get_state_display())


def _acts_by_item(items: list[EvidenceItem]) -> dict[str, list[Entry]]:
    ids = [str(item.public_id) for item in items]
    acts: dict[str, list[Entry]] = {}
    for entry in Entry.objects.filter(subject_kind="evidence_item", subject_id__in=ids).order_by("pk"):
        acts.setdefault(entry.subject_id, []).append(entry)
    return acts


def _item_card(item: EvidenceItem, entries: list[Entry], shared: list[Shared], access: MediaAccess) -> ItemCard:
    triaged = item.triage != Triage.SUBMITTED
    made = set() if item.state in NEVER_OPENED or item.is_restricted else {one.kind for one in item.derivatives.all()}
    return ItemCard(
        public_id=item.public_id,
        picture=make_token(access.for_thing(DerivativeKind.POSTER)) if DerivativeKind.POSTER in made else "",
        plays=DerivativeKind.WORKING_COPY in made and item.kind in REPLAYED,
        filename=item.filename,
        size=item.size,
        digest=item.digest,
        state=item.get_state_display(),
        triage=item.get_triage_display() if triaged else "",
        triage_class="attention" if item.triage == Triage.RETURNED else "",
        triage_reason=item.triage_reason if item.triage == Triage.RETURNED else "",
        views=[_act_line(entry) for entry in entries if entry.action in VIEWS],
        packaged=[_act_line(entry) for entry in entries if entry.action in PACKAGED],
        shared=shared,
        acts=[_act_line(entry) for entry in entries],
    )


def _act_line(entry: Entry) -> ActLine:
    kind = entry.facts.get("purpose_kind", "")
    return ActLine(
        at=entry.recorded_at,
        who=actor_in_words(entry.actor),
        act=str(ACTS.get(entry.action, entry.action)),
        why=str(dict(PurposeKind.choices).get(kind, "")),
    )
