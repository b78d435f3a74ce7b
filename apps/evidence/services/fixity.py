"""Read originals again and compare them with their digests: pass, fail, or could not check."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from apps.agencies.models import Agency
from apps.core.connections import let_go_of_connection
from apps.evidence.models import EvidenceItem, FixityCheck
from apps.evidence.services.working import subject_of
from apps.evidence.states import FixityOutcome, ItemState
from apps.evidence.storage import EvidenceStore, MissingObject, StoreError, original_key, store
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


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
    keep = store()
    counts: Counter[str] = Counter()
    for item_pk in _chosen(agency, sample):
        item = EvidenceItem.objects.get(pk=item_pk)
        let_go_of_connection()
        outcome, detail = _read_again(keep, item)
        check = _keep(item, outcome, detail, actor)
        counts[outcome] += 1
        if on_outcome is not None:
            on_outcome(item, check)
    run = FixityRun(
        passed=counts[FixityOutcome.PASS],
        failed=counts[FixityOutcome.FAIL],
        could_not_check=counts[FixityOutcome.COULD_NOT_CHECK],
    )
    _keep_run(run, agency, sample, actor)
    return run


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


def _keep_run(run: FixityRun, agency: Agency | None, sample: int | None, actor: Actor) -> None:
    subject = Subject.of("agency", agency.public_id) if agency else Subject.of("program", "all")
    facts = {
        "passed": run.passed,
        "failed": run.failed,
        "could_not_check": run.could_not_check,
        "sample": sample,
    }
    with transaction.atomic():
        ledger.record("fixity.run", subject, actor, **facts)
