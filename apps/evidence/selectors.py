"""Reads of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.agencies.policies import Person
from apps.core import claims
from apps.core.errors import NotFound
from apps.core.reading import asked_once
from apps.evidence import policies
from apps.evidence.given_again import cases_of
from apps.evidence.models import EvidenceItem, FixityCheck, SenderNote
from apps.evidence.states import ItemState
from apps.uploads import nodes

WAITING_STATES = (ItemState.RECEIVED, ItemState.SEALED)


def get_item_for(user: Person, public_id: UUID | str) -> EvidenceItem:
    """The item if the person may see it, with submission, case and agency. Raises NotFound otherwise."""
    try:
        item = (
            policies.viewable_items(user)
            .select_related(
                "agency", "submission__case", "submission__partner", "submission__invitation__request", "match__camera"
            )
            .filter(public_id=public_id)
            .first()
        )
    except ValidationError:
        item = None
    if item is None:
        raise NotFound(_("There is no such item, or it is not for you."))
    return item


def purpose_for(user: Person, item: EvidenceItem) -> Purpose | None:
    """The purpose that opens this item to the person now: its case, or a records duty of its agency's custodian."""
    found = (may_access(user, AccessKind.FOOTAGE, agency=item.agency, case=case).purpose for case in cases_of(item))
    return next((purpose for purpose in found if purpose is not None), None)


def purpose_opens(purpose: Purpose, item: EvidenceItem, user: Person) -> bool:
    """Whether this very purpose still opens the item to the person."""
    return any(
        may_access(user, AccessKind.FOOTAGE, agency=item.agency, case=case, purpose=purpose) for case in cases_of(item)
    )


def last_fixity_check(item: EvidenceItem) -> FixityCheck | None:
    """The newest re-reading of the original, if there was one."""
    return FixityCheck.objects.filter(item=item).order_by("-pk").first()


def due_item_pks(*, limit: int) -> Iterable[int]:
    """Items that wait for a step that this computer can take and that nobody works on, the oldest first."""
    within_reach = nodes.here("upload__public_id") | ~Q(state=ItemState.RECEIVED)
    due = EvidenceItem.objects.filter(
        claims.free(), within_reach, state__in=WAITING_STATES, attempts__lt=claims.MAX_ATTEMPTS
    )
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])


def items_by_turn(*, limit: int) -> list[int]:
    """Sealed items that wait for decoding, in the order of their turns.

    Partners take turns: those for whom nobody works now, then each partner's first item, its second, and so on. In a
    turn what is known to take long comes last, and the smaller file before the larger.
    """
    now = timezone.now()
    sealed = EvidenceItem.objects.filter(state=ItemState.SEALED)
    busy = sealed.filter(leased_until__gte=now, lease_token__isnull=False)
    theirs = busy.filter(submission__partner=OuterRef("submission__partner"))
    # A partner's second long file waits until its first is done.
    long_already = Exists(theirs.filter(takes_long=True))
    waiting = (
        sealed.filter(claims.free(), attempts__lt=claims.MAX_ATTEMPTS)
        .exclude(Q(takes_long=True) & long_already)
        .annotate(
            served=Case(When(Exists(theirs), then=1), default=0),
            turn=Window(RowNumber(), partition_by="submission__partner", order_by=["takes_long", "size", "pk"]),
        )
    )
    return list(waiting.order_by("served", "turn", "takes_long", "size", "pk").values_list("pk", flat=True)[:limit])


def partner_has_long_work(item: EvidenceItem) -> bool:
    """Whether another long item of the same partner is being decoded."""
    others = EvidenceItem.objects.filter(
        state=ItemState.SEALED,
        takes_long=True,
        lease_token__isnull=False,
        leased_until__gte=timezone.now(),
        submission__partner=item.submission.partner_id,
    )
    return others.exclude(pk=item.pk).exists()


def due_remakes(*, limit: int) -> list[int]:
    """Items whose copies are to be made anew and that nobody works on; the first asked first."""
    due = EvidenceItem.objects.filter(
        claims.free(), state=ItemState.PLAYABLE, remake_asked_at__isnull=False, attempts__lt=claims.MAX_ATTEMPTS
    )
    return list(due.order_by("remake_asked_at", "pk").values_list("pk", flat=True)[:limit])


def stuck_item_pks() -> Iterable[int]:
    """Items whose step died as often as it may."""
    waits = Q(state__in=WAITING_STATES, problem="") | Q(remake_asked_at__isnull=False)
    stuck = EvidenceItem.objects.filter(waits, attempts__gte=claims.MAX_ATTEMPTS)
    return list(stuck.order_by("pk").values_list("pk", flat=True)[:200])


def sender_notes_of(items: Iterable[EvidenceItem]) -> dict[int, SenderNote]:
    """What givers said of their files, by the primary key of the upload; files without a word are left out."""
    uploads = tuple(item.upload_id for item in items)
    rows = SenderNote.objects.filter(upload__in=uploads)
    return {note.upload_id: note for note in asked_once(("sender_notes", uploads), lambda: list(rows))}
