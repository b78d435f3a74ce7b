"""Asking a virus scanner about sealed originals, where the city has one (CLAMD_URL).

What it says is a fact on the item. Nothing waits for it, and nothing is deleted or altered: a recorder's own player may
look like malware to a scanner, and evidence stays what it is. When the scanner's signatures change, originals in which
it found nothing are shown to it again, those that it saw longest ago first, so many a day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.connections import let_go_of_connection
from apps.core.locks import locked
from apps.core.tickets import Ticket
from apps.evidence.clamd import ScannerAway, Verdict, scan, version
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of
from apps.evidence.states import ItemState, ScanOutcome
from apps.evidence.storage import StoreError, original_key, store
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Actor

logger = logging.getLogger(__name__)
SCANNER = Actor.system("scanner")
AT_ONCE = 20
_NOT_SCANNED = (ItemState.RECEIVED, ItemState.DISPOSED)


def due_scans(*, limit: int = AT_ONCE) -> Iterable[int]:
    """Sealed items about which the scanner has not been asked, the newest first: somebody waits for those."""
    due = EvidenceItem.objects.filter(scan="").exclude(state__in=_NOT_SCANNED)
    return list(due.order_by("-pk").values_list("pk", flat=True)[:limit])


def due_rescans(*, signatures: str, limit: int = AT_ONCE) -> Iterable[int]:
    """Items in which other signatures than these found nothing, the longest ago first, within CLAMD_RESCANS_PER_DAY.

    Each at most once a day, however often signatures change. What was found stays found.
    """
    since = timezone.now() - timedelta(days=1)
    seen = EvidenceItem.objects.filter(scan__gt="")
    today = seen.filter(scanned_at__gt=since, scans__gt=1).count()
    due = seen.filter(scanned_at__lte=since).exclude(scanned_with=signatures)
    due = due.exclude(scan=ScanOutcome.FOUND).exclude(state__in=_NOT_SCANNED)
    left = max(0, min(limit, settings.CLAMD_RESCANS_PER_DAY - today))
    return list(due.order_by("scanned_at", "pk").values_list("pk", flat=True)[:left])


def scan_due_items() -> int:
    """Ask about what is due, one item at a time on this computer. Returns about how many it said something.

    Where the scanner is away it stops, and the next run begins again.
    """
    if not settings.CLAMD_URL:
        return 0
    ticket = Ticket(f"{settings.SCRATCH_DIR}.scan")
    try:
        return _scan_due() if ticket.try_once() else 0
    finally:
        ticket.give_back()


def _scan_due() -> int:
    told = 0
    try:
        signatures = version(settings.CLAMD_URL, seconds=settings.CLAMD_SECONDS)
    except ScannerAway as away:
        logger.warning("The virus scanner is away: %s", away)
        return 0
    new = list(due_scans())
    again = due_rescans(signatures=signatures, limit=AT_ONCE - len(new))
    for pk in [*new, *again]:
        try:
            told += scan_item(item_pk=pk, signatures=signatures)
        except ScannerAway as away:
            logger.warning("The virus scanner is away: %s", away)
            break
        except StoreError as error:
            logger.warning("Item %s was not scanned: %s", pk, error)
    return told


def scan_item(*, item_pk: int, signatures: str = "") -> bool:
    """Ask about one item, and record what is said. True if this call recorded it. Raises ScannerAway, StoreError.

    `signatures` are those that the scanner says it has; an item that they have seen is not shown again.
    """
    item = EvidenceItem.objects.get(pk=item_pk)
    if item.state in _NOT_SCANNED or (item.scan and item.scanned_with == signatures):
        return False
    let_go_of_connection()
    pieces = store().open_range(original_key(item.digest), 0, item.size)
    verdict = scan(settings.CLAMD_URL, pieces, seconds=settings.CLAMD_SECONDS)
    return _record(item, verdict, signatures)


def _record(item: EvidenceItem, verdict: Verdict, signatures: str) -> bool:
    outcome = ScanOutcome.CLEAN
    if verdict.found:
        outcome = ScanOutcome.FOUND
    elif verdict.refused:
        outcome = ScanOutcome.TOO_LARGE
    with transaction.atomic():
        mine = locked(EvidenceItem.objects).select_related("agency").get(pk=item.pk)
        if mine.scanned_at != item.scanned_at:
            return False
        said_before = mine.scan
        mine.scan, mine.scan_found, mine.scanned_at = outcome, verdict.found, timezone.now()
        mine.scanned_with, mine.scans = signatures, mine.scans + 1
        mine.save(update_fields=["scan", "scan_found", "scanned_at", "scanned_with", "scans"])
        if said_before == outcome:
            return True  # the same word by newer signatures is no act: custody would be a list of scans
        ledger.record(
            "evidence_item.scanned",
            subject_of(mine),
            SCANNER,
            outcome=outcome.value,
            found=verdict.found,
            signatures=signatures,
        )
        if outcome == ScanOutcome.FOUND:
            notice(
                "evidence.malware_found",
                about=subject_of(mine),
                agency=mine.agency.public_id,
                facts={"found": verdict.found},
            )
    return True
