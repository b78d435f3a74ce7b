"""Reads of grants: what is given now, what was given when, and with whom an item was shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.agencies.models import Agency, Case
from apps.agencies.policies import Person
from apps.agreements.models import Agreement
from apps.agreements.selectors import with_state
from apps.core.errors import NotFound
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import open_to
from apps.evidence.states import ItemState, Triage
from apps.redaction.models import Redaction
from apps.sharing.ground import subject_of
from apps.sharing.models import CourtStatus, Grant, GrantItem, PassedOn
from apps.sharing.policies import given_grants, received_grants
from apps.sharing.scope import VIDEO, covered_by
from apps.sharing.validity import in_force

_JOINED = ("agency", "case", "agreement__from_agency", "agreement__to_agency", "given_by", "revoked_by")


def giveable(items: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    """Those that a grant may give or go on giving: sealed, accepted as evidence, not in quarantine, not disposed of.

    Never a restricted one (s. 119.071(2)(h), F.S.): it leaves by an export, which a second cleared person decides.
    """
    kept = (ItemState.SEALED, ItemState.PLAYABLE, ItemState.UNPLAYABLE)
    return items.filter(state__in=kept, triage=Triage.ACCEPTED, restricted_at__isnull=True)


def items_to_give(case: Case) -> QuerySet[EvidenceItem]:
    """What of the case can be given at all, the oldest first; an agreement may cover less."""
    items = giveable(EvidenceItem.objects.filter(submission__case=case))
    related = items.select_related("submission__partner", "submission__invitation__request")
    return related.order_by("received_at", "pk")


def agreements_to_give_under(agency: Agency) -> list[Agreement]:
    """The agency's agreements in force that share videos, by recipient."""
    mine = Agreement.objects.filter(from_agency=agency, items__scope=VIDEO).distinct()
    rows = with_state(mine, "in_force").select_related("to_agency", "from_agency").prefetch_related("items")
    active = Q(to_agency__isnull=True) | Q(to_agency__is_active=True)
    return sorted(rows.filter(active), key=lambda one: (one.recipient, one.title))


def get_given_for(user: Person, public_id: UUID | str) -> Grant:
    """A grant of the person's own agency, whatever became of it. Raises NotFound."""
    return _one(given_grants(user), public_id)


def get_received_for(user: Person, public_id: UUID | str) -> Grant:
    """A grant to the person's agency that is in force now. Raises NotFound."""
    return _one(received_grants(user), public_id)


def _one(rows: QuerySet[Grant], public_id: UUID | str) -> Grant:
    found = rows.select_related(*_JOINED).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such grant, or it is over."))
    return found


def open_items(grant: Grant, at: datetime | None = None) -> QuerySet[EvidenceItem]:
    """What the grant gives at `at` (now): nothing when it is over, and only what the agreement still covers."""
    mine = GrantItem.objects.filter(in_force(at, of="grant__"), grant=grant, item=OuterRef("pk"))
    items = giveable(EvidenceItem.objects.filter(Exists(mine))).filter(covered_by(grant.agreement))
    return items.select_related("agency", "submission__case").order_by("received_at", "pk")


def get_open_item(grant: Grant, public_id: UUID | str) -> EvidenceItem:
    """An item that the grant gives now. Raises NotFound for every other one alike, also one that exists elsewhere."""
    found = open_items(grant).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such video in what was shared with you."))
    return found


def redaction_given(grant: Grant, item: EvidenceItem) -> Redaction | None:
    """The redaction whose copy the grant gives in place of the item. None: it gives the item."""
    row = GrantItem.objects.select_related("redaction__made").filter(grant=grant, item=item).first()
    return row.redaction if row else None


def purpose_for(user: Person, grant: Grant) -> Purpose | None:
    """The purpose under which the person may now look at what the grant gives."""
    return may_access(user, AccessKind.SHARED_FOOTAGE, agency=grant.agency, subject=subject_of(grant)).purpose


def purpose_opens(user: Person, purpose: Purpose, grant: Grant) -> bool:
    """Whether this very purpose still opens the grant to the person."""
    access, subject = AccessKind.SHARED_FOOTAGE, subject_of(grant)
    return bool(may_access(user, access, agency=grant.agency, subject=subject, purpose=purpose))


def grants_of_case(user: Person, case: Case, *, at_most: int) -> list[Grant]:
    """Those of a case of the person's own agency, the newest first."""
    rows = given_grants(user).filter(case=case).select_related(*_JOINED).order_by("-created_at", "-pk")
    return list(rows[:at_most])


def list_of_given(grant: Grant, user: Person) -> list[GrantItem]:
    """The disclosure list: every item that was ever given under the grant, in the order of giving.

    Without those that a restriction has since hidden from this staff member.
    """
    rows = GrantItem.objects.filter(open_to(user, "item__"), grant=grant).select_related(
        "item__submission__case", "redaction__made"
    )
    return list(rows.order_by("given_at", "item__received_at", "pk"))


def passed_on_of(grant: Grant, user: Person) -> list[PassedOn]:
    """What its recipient said was passed on, the newest first; of hidden items nothing."""
    shown = Q(item__isnull=True) | open_to(user, "item__")
    return list(PassedOn.objects.filter(shown, grant=grant).select_related("item").order_by("-created_at", "-pk"))


def court_status_of(grant: Grant) -> CourtStatus | None:
    """What the prosecutor said last of the case in court."""
    return grant.court_statuses.order_by("-pk").first()


def shared_now() -> Q:
    """The items that some grant in force gives: a condition for a query of items."""
    return Q(Exists(GrantItem.objects.filter(in_force(of="grant__"), item=OuterRef("pk"))))


def due_folders() -> list[int]:
    """Live folders in force whose case has an accepted item that is not in them yet; the agreement may cover less."""
    given = GrantItem.objects.filter(grant=OuterRef(OuterRef("pk")), item=OuterRef("pk"))
    lacking = giveable(EvidenceItem.objects.filter(~Exists(given), submission__case=OuterRef("case")))
    folders = Grant.objects.filter(in_force(), Exists(lacking), later_items=True)
    return list(folders.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Shared:
    """One sharing of an item, in words for its owner: with which agency or court role, on what ground, from when.

    `until` is when it is over or was ended (UTC). `court` is what its prosecutor said last of the case in court, at
    `court_at` (UTC); empty where nobody did. No person is named.
    """

    recipient: str
    ground: str
    since: datetime
    until: datetime
    is_over: bool
    may_save: bool
    is_redacted: bool
    court: str
    court_at: datetime | None


def what_was_shared(item: EvidenceItem) -> list[Shared]:
    """With whom the item was or is shared, the oldest first: for its owner's page."""
    return what_was_shared_of([item])[item.pk]


def what_was_shared_of(items: Iterable[EvidenceItem]) -> dict[int, list[Shared]]:
    """The same for many items in two queries, by primary key."""
    keys = [item.pk for item in items]
    court = Prefetch("grant__court_statuses", CourtStatus.objects.order_by("-pk"))
    rows = GrantItem.objects.filter(item__in=keys).select_related("grant__agreement__to_agency")
    rows = rows.prefetch_related(court)
    found: dict[int, list[Shared]] = {key: [] for key in keys}
    for row in rows.order_by("given_at", "pk"):
        found[row.item_id].append(_in_words(row))
    return found


def recipient_in_words(agreement: Agreement) -> str:
    """An agency by its name, an office by its role in court: as owners and the ledger's readers are told."""
    return agreement.to_agency.name if agreement.to_agency else str(agreement.get_court_role_display())


def _in_words(row: GrantItem) -> Shared:
    grant = row.grant
    court = next(iter(grant.court_statuses.all()), None)
    return Shared(
        recipient=recipient_in_words(grant.agreement),
        ground=_("agreement “%(title)s”") % {"title": grant.agreement.title},
        since=row.given_at,
        until=grant.over_at,
        is_over=grant.is_over,
        may_save=grant.downloads,
        is_redacted=row.redaction_id is not None,
        court=court.get_state_display() if court else "",
        court_at=court.created_at if court else None,
    )
