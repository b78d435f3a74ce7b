"""Reads of exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.agencies.models import Agency, Case
from apps.agencies.policies import Person
from apps.core import claims
from apps.core.errors import NotFound
from apps.disclosure.export_policies import viewable_exports
from apps.disclosure.export_states import ExportState, SecondReason
from apps.disclosure.models import Export, ExportFile
from apps.disclosure.package.zip_layout import Member, ZipLayout
from apps.evidence.given_again import of_case
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.policies import open_to
from apps.evidence.states import CopySound, ItemState, ScanOutcome, Triage
from apps.footage_requests.models import Match
from apps.partners.models import PartnerKind
from apps.redaction.models import Redaction

SHOWN = 8


def get_export_for(user: Person, public_id: UUID | str) -> Export:
    """The export with its case, agency and people, if the person may see it. Raises NotFound."""
    rows = viewable_exports(user).select_related("agency", "case__agency", "requested_by", "decided_by", "purpose")
    try:
        found = rows.filter(public_id=public_id).first()
    except ValidationError:
        found = None
    if found is None:
        raise NotFound(_("There is no such export among yours."))
    return found


def items_to_offer(user: Person, case: Case) -> QuerySet[EvidenceItem]:
    """The items of a case that can leave: sealed at least, not disposed of, not hidden from them; the oldest first."""
    kept = EvidenceItem.objects.exclude(state__in=(ItemState.RECEIVED, ItemState.DISPOSED))
    items = kept.filter(open_to(user), of_case(case))
    return items.select_related("submission__partner", "match__camera").order_by("received_at", "pk")


def second_reasons(
    items: Iterable[EvidenceItem], *, originals: bool, places: bool, copies: Mapping[int, Redaction] | None = None
) -> list[str]:
    """Why these items need a second person before they leave, by what the data hold; none: nobody is asked.

    A home is where people live unwatched (s. 119.071(3)(a), F.S., keeps its place); sound may have been recorded
    without consent (s. 934.03); what is restricted shows a victim (s. 119.071(2)(h)); what is quarantined, or not
    accepted as evidence, leaves by exception alone. Of an item in `copies` only the redacted copy leaves.
    """
    copies = copies or {}
    found: set[str] = {SecondReason.PLACES} if places else set()
    items = list(items)
    heard = Derivative.objects.in_use().filter(
        item__in=[one.pk for one in items if one.pk not in copies], sound=CopySound.KEPT
    )
    if heard.exists() or any(one.made and one.made.sound == CopySound.KEPT for one in copies.values()):
        found.add(SecondReason.SOUND)
    for item in items:
        if item.state == ItemState.QUARANTINED:
            found.add(SecondReason.QUARANTINED)
        if item.is_restricted:
            found.add(SecondReason.RESTRICTED)
        with_original = originals and item.pk not in copies
        if with_original and item.scan == ScanOutcome.FOUND:
            found.add(SecondReason.MALWARE)
        partner = item.submission.partner
        # Whoever takes no part may live there.
        if partner is None or partner.kind == PartnerKind.RESIDENT:
            found.add(SecondReason.HOME)
        if with_original and (item.probe or {}).get("audio"):
            found.add(SecondReason.SOUND)
        if item.triage != Triage.ACCEPTED:
            found.add(SecondReason.NOT_ACCEPTED)
    return [reason for reason in SecondReason.values if reason in found]


def purpose_for(user: Person, case: Case) -> Purpose | None:
    """The purpose under which the person may now ask for, or take, a package of this case."""
    return may_access(user, AccessKind.FOOTAGE, agency=case.agency, case=case).purpose


def purpose_opens(user: Person, purpose: Purpose, case: Case) -> bool:
    """Whether this very purpose still does."""
    return bool(may_access(user, AccessKind.FOOTAGE, agency=case.agency, case=case, purpose=purpose))


def items_of(export: Export) -> list[EvidenceItem]:
    """The items in the order of their numbers, with what their pages need."""
    items = EvidenceItem.objects.filter(pk__in=export.items.values("item"))
    numbers = dict(export.items.values_list("item_id", "number"))
    related = ("agency", "submission__case", "submission__partner", "submission__invitation__request", "match__camera")
    return sorted(items.select_related(*related), key=lambda item: numbers[item.pk])


def copies_in(export: Export) -> dict[int, Redaction]:
    """The redaction that takes the place of an item, by the item's primary key."""
    rows = export.items.filter(redaction__isnull=False).select_related("redaction__made", "redaction__item")
    return {one.item_id: one.redaction for one in rows if one.redaction is not None}


def cameras_of(export: Export) -> list[UUID]:
    """Public ids of the cameras that the items came from, each once."""
    matches = Match.objects.filter(
        pk__in=EvidenceItem.objects.filter(pk__in=export.items.values("item")).values("match")
    )
    return sorted(set(matches.values_list("camera__public_id", flat=True)))


def folder_of(export: Export) -> str:
    """The name of the package's folder and, with `.zip`, of the package."""
    return f"package-{export.code}"


def files_of(export: Export) -> list[ExportFile]:
    """The files in the order in which they stand in the ZIP, without their content."""
    return list(export.files.defer("content").order_by("pk"))


def layout_of(export: Export, files: list[ExportFile]) -> ZipLayout:
    """The ZIP of a package whose files were all read."""
    folder = folder_of(export)
    members = [Member(f"{folder}/{one.path}", one.size, one.crc32 or 0) for one in files]
    return ZipLayout(members, export.built_at or timezone.now())


def due_exports(*, limit: int = 50) -> list[int]:
    """Exports that wait for a worker, the oldest first."""
    due = Export.objects.filter(claims.free(), state=ExportState.BUILDING, attempts__lt=claims.MAX_ATTEMPTS)
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])


def exports_of_case(user: Person, case: Case, *, at_most: int) -> list[Export]:
    """Those of a case that the person sees, the newest first."""
    rows = viewable_exports(user).filter(case=case).select_related("requested_by")
    return list(rows.order_by("-created_at", "-pk")[:at_most])


def exports_at_desk(user: Person, agencies: list[Agency]) -> list[Export]:
    """What a records custodian has to know: exports that wait, run or can be taken; those that wait first."""
    live = viewable_exports(user).filter(
        agency__in=agencies, state__in=(*_WAITING, ExportState.BUILDING, ExportState.READY)
    )
    order = [*_WAITING, ExportState.READY, ExportState.BUILDING]
    found = live.select_related("case", "requested_by").order_by("-created_at", "-pk")[: SHOWN * 4]
    return sorted(found, key=lambda one: order.index(ExportState(one.state)))[:SHOWN]


_WAITING = (ExportState.ASKED, ExportState.STOPPED)
