"""Originals are read again by themselves: all within the days that are set, one per cent at random each day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.evidence.models import EvidenceItem
from apps.evidence.services import fixity
from apps.evidence.storage import original_key
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.evidence import invitation, received_item
from tests.factories.items import sealed_item

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("fixity")


@pytest.fixture
def none_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day's one per cent is nobody."""
    monkeypatch.setattr(fixity, "DAILY_SHARE", 0)


def sealed(*days_ago: float) -> list[EvidenceItem]:
    """Items whose originals were read last, at their seal, so many days ago."""
    through, items = invitation(), []
    for number, days in enumerate(days_ago):
        item = sealed_item(f"{number}".encode(), sent_through=through)
        item.sealed_at = timezone.now() - timedelta(days=days)
        item.save(update_fields=["sealed_at"])
        items.append(item)
    return items


@pytest.mark.usefixtures("none_drawn")
def test_what_nobody_read_for_long_is_due_and_the_longest_unread_comes_first() -> None:
    _fresh, old, oldest = sealed(74, 76, 89)
    received_item(b"not sealed yet")
    assert fixity.due_for_fixity() == [oldest.pk, old.pk]
    assert fixity.check_due_fixity(actor=ACTOR, seconds=60).passed == 2
    assert fixity.due_for_fixity() == []
    assert fixity.check_due_fixity(actor=ACTOR, seconds=60).total == 0
    assert Entry.objects.filter(action="fixity.run").count() == 1


def test_one_per_cent_is_drawn_each_day_and_stays_drawn_until_it_is_read() -> None:
    first, *_others = sealed(3, 3, 3)
    drawn = fixity.due_for_fixity()
    assert len(drawn) == 1
    assert fixity.due_for_fixity() == drawn
    assert len({fixity._lot(timezone.now() + timedelta(days=day), first.pk) for day in range(9)}) == 9
    assert fixity.check_due_fixity(actor=ACTOR, seconds=60).passed == 1
    assert fixity.due_for_fixity() == []


@pytest.mark.usefixtures("none_drawn")
def test_run_out_of_time_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    items = sealed(100, 99, 98)
    clock = iter(range(100))
    monkeypatch.setattr(fixity, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert fixity.check_due_fixity(actor=ACTOR, seconds=2.5).passed == 2
    assert fixity.due_for_fixity() == [items[2].pk]


@pytest.mark.usefixtures("none_drawn")
def test_what_could_not_be_read_stays_due_and_is_no_failure(own_folders: Path) -> None:
    item, gone = sealed(80, 81)
    (own_folders / "evidence").rename(own_folders / "unmounted")
    assert fixity.check_due_fixity(actor=ACTOR, seconds=60) == fixity.FixityRun(0, 0, 2)
    assert fixity.due_for_fixity() == [gone.pk, item.pk]
    (own_folders / "unmounted").rename(own_folders / "evidence")
    (own_folders / "evidence" / original_key(gone.digest)).unlink()
    assert fixity.check_due_fixity(actor=ACTOR, seconds=60) == fixity.FixityRun(1, 1, 0)
    assert fixity.due_for_fixity() == []
