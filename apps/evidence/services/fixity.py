"""Read originals again and compare them with what was sealed: pass, fail, or could not check."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.agencies.models import Agency
from apps.core.connections import let_go_of_connection
from apps.evidence.models import EvidenceItem, FixityCheck
from apps.evidence.services.working import subject_of
from apps.evidence.states import FixityOutcome, ItemState
from apps.evidence.storage import EvidenceStore, MissingObject, StoreError, original_key, store
from apps.evidence.vouching import contradictions
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

DAILY_SHARE = 0.01
"""Of all originals, read again each day beside what is due by its time."""


@dataclass(frozen=True, slots=True)
class FixityRun:
    """How many originals were read again, and with what outcome."""

    passed: int
    failed: int
    could_not_check: int

    @property
    def total(self) -> int:
        """All items of the run."""
        return self.passed + self.failed + self.could_not_check


def check_fixity(
    *,
    actor: Actor,
    agency: Agency | None = None,
    sample: int | None = None,
    on_outcome: Callable[[EvidenceItem, FixityCheck], None] | None = None,
) -> FixityRun:
    """Check every sealed original, or those of one agency, or a random sample of so many, and record each outcome.

    One ledger entry for the run and one for each failure. A store that is away makes "could not check", never "fail":
    an alarm that cries wolf is soon ignored.
    """
    counts: Counter[str] = Counter()
    for item_pk in _chosen(agency, sample):
        item, check = _check(item_pk, actor)
        counts[check.outcome] += 1
        if on_outcome is not None:
            on_outcome(item, check)
    return _keep_run(counts, agency, sample, actor)


def check_due_fixity(*, actor: Actor, seconds: float) -> FixityRun:
    """Read again what is due, for so many seconds: what nobody read for a long time, and one per cent at random a day.

    All are read within FIXITY_DAYS, because each is due fifteen days (or a sixth of the time) before. Whoever dies or
    runs out of time is followed by the next run, which leaves out what was read meanwhile. What could not be
    read stays due. One entry for the run if it read anything.
    """
    began, until = timezone.now(), time.monotonic() + seconds
    counts: Counter[str] = Counter()
    for item_pk in due_for_fixity():
        if time.monotonic() >= until:
            break
        if _read_since(began).filter(item_id=item_pk).exists():
            continue  # another run, on another computer
        _item, check = _check(item_pk, actor)
        counts[check.outcome] += 1
    return _keep_run(counts, None, None, actor) if counts else FixityRun(0, 0, 0)


def due_for_fixity() -> list[int]:
    """Originals to read today: those last read longest ago first, then the day's one per cent."""
    now = timezone.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    read_at = _read_since(None).filter(item_id=OuterRef("pk")).order_by("-pk").values("created_at")[:1]
    items = EvidenceItem.objects.exclude(state__in=(ItemState.RECEIVED, ItemState.DISPOSED))
    rows = items.annotate(read_at=Coalesce(Subquery(read_at), F("sealed_at"))).values_list("pk", "read_at")
    times: dict[int, datetime] = dict(rows)
    slack = min(timedelta(days=15), timedelta(days=settings.FIXITY_DAYS) / 6)
    limit = now - timedelta(days=settings.FIXITY_DAYS) + slack
    old = sorted((pk for pk, at in times.items() if at <= limit), key=lambda pk: (times[pk], pk))
    drawn = sorted(times, key=lambda pk: _lot(day, pk))[: math.ceil(len(times) * DAILY_SHARE)]
    return [*old, *(pk for pk in drawn if times[pk] < day and times[pk] > limit)]


def _lot(day: datetime, pk: int) -> bytes:
    """The item's place in the day's draw: the same all day, and nobody without the key knows it before."""
    return salted_hmac("evidence.fixity", f"{day:%Y-%m-%d} {pk}", algorithm="sha256").digest()


def _read_since(since: datetime | None) -> QuerySet[FixityCheck]:
    """Checks that read the original, whatever they found."""
    checks = FixityCheck.objects.exclude(outcome=FixityOutcome.COULD_NOT_CHECK)
    return checks if since is None else checks.filter(created_at__gte=since)


def _check(item_pk: int, actor: Actor) -> tuple[EvidenceItem, FixityCheck]:
    item = EvidenceItem.objects.get(pk=item_pk)
    contradiction = contradictions([item]).get(item.pk)
    if contradiction:
        return item, _keep(item, FixityOutcome.FAIL, contradiction, actor)
    let_go_of_connection()
    outcome, detail = _read_again(store(), item)
    return item, _keep(item, outcome, detail, actor)


def _chosen(agency: Agency | None, sample: int | None) -> Iterable[int]:
    items = EvidenceItem.objects.exclude(state__in=(ItemState.RECEIVED, ItemState.DISPOSED)).order_by("pk")
    if agency is not None:
        items = items.filter(agency=agency)
    pks = list(items.values_list("pk", flat=True))
    if sample is not None and sample < len(pks):
        pks = sorted(random.SystemRandom().sample(pks, sample))
    return pks


def _read_again(keep: EvidenceStore, item: EvidenceItem) -> tuple[FixityOutcome, str]:
    try:
        found = keep.read_back(original_key(item.digest))
    except MissingObject:
        return FixityOutcome.FAIL, "missing"
    except StoreError as error:
        return FixityOutcome.COULD_NOT_CHECK, str(error)[:200]
    if found != item.digest:
        return FixityOutcome.FAIL, f"found {found}"
    return FixityOutcome.PASS, ""


def _keep(item: EvidenceItem, outcome: FixityOutcome, detail: str, actor: Actor) -> FixityCheck:
    with transaction.atomic():
        check = FixityCheck.objects.create(item=item, outcome=outcome, detail=detail)
        if outcome == FixityOutcome.FAIL:
            ledger.record(
                "evidence_item.fixity_failed",
                subject_of(item),
                actor,
                digest=item.digest,
                detail=detail,
                check=str(check.public_id),
            )
            notice(
                "evidence.fixity_failed",
                about=subject_of(item),
                agency=item.agency.public_id,
                facts={"check": str(check.public_id)},
            )
    return check


def _keep_run(counts: Counter[str], agency: Agency | None, sample: int | None, actor: Actor) -> FixityRun:
    run = FixityRun(
        passed=counts[FixityOutcome.PASS],
        failed=counts[FixityOutcome.FAIL],
        could_not_check=counts[FixityOutcome.COULD_NOT_CHECK],
    )
    subject = Subject.of("agency", agency.public_id) if agency else Subject.of("program", "all")
    facts = {
        "passed": run.passed,
        "failed": run.failed,
        "could_not_check": run.could_not_check,
        "sample": sample,
    }
    with transaction.atomic():
        ledger.record("fixity.run", subject, actor, **facts)
    return run
