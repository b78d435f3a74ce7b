"""What a partner gave, and every act on it since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from apps.access.models import PurposeKind
from apps.accounts.models import User
from apps.evidence.models import EvidenceItem, Submission
from apps.evidence.presentation import ACTS, actor_in_words
from apps.evidence.states import Triage
from apps.ledger.models import Entry
from apps.partners.models import Partner
from apps.partners.selectors import partners_of

VIEWS = frozenset({"evidence_item.viewed", "evidence_item.original_downloaded", "evidence_item.package_downloaded"})


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

    filename: str
    size: int
    digest: str
    state: str
    triage: str
    triage_class: str
    triage_reason: str
    views: list[ActLine]
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
    items: list[ItemCard]


def submissions_of(user: User, partners: QuerySet[Partner] | None = None) -> QuerySet[Submission]:
    """What the person's partners, or these of them, gave, the newest first; also before they left the program."""
    mine = partners_of(user) if partners is None else partners_of(user).filter(pk__in=partners)
    return (
        Submission.objects.filter(partner__in=mine.order_by())
        .select_related("agency", "partner")
        .prefetch_related(Prefetch("items", queryset=EvidenceItem.objects.order_by("pk")))
        .order_by("-pk")
    )


def submission_cards(submissions: Iterable[Submission]) -> list[SubmissionCard]:
    """The submissions with every act on each of their files; two queries however many there are."""
    submissions = list(submissions)
    items = [item for submission in submissions for item in submission.items.all()]
    acts = _acts_by_item(items)
    return [
        SubmissionCard(
            code=submission.code,
            partner=submission.partner.name,
            agency=submission.agency.name,
            date=submission.created_at,
            time_zone=submission.agency.time_zone,
            receipt_url=reverse("evidence:receipt", args=[submission.public_id]),
            items=[_item_card(item, acts.get(str(item.public_id), [])) for item in submission.items.all()],
        )
        for submission in submissions
    ]


def _acts_by_item(items: list[EvidenceItem]) -> dict[str, list[Entry]]:
    ids = [str(item.public_id) for item in items]
    acts: dict[str, list[Entry]] = {}
    for entry in Entry.objects.filter(subject_kind="evidence_item", subject_id__in=ids).order_by("pk"):
        acts.setdefault(entry.subject_id, []).append(entry)
    return acts


def _item_card(item: EvidenceItem, entries: list[Entry]) -> ItemCard:
    triaged = item.triage != Triage.SUBMITTED
    return ItemCard(
        filename=item.filename,
        size=item.size,
        digest=item.digest,
        state=item.get_state_display(),
        triage=item.get_triage_display() if triaged else "",
        triage_class="attention" if item.triage == Triage.RETURNED else "",
        triage_reason=item.triage_reason if item.triage == Triage.RETURNED else "",
        views=[_act_line(entry) for entry in entries if entry.action in VIEWS],
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
