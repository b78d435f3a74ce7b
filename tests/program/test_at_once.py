"""Workers that do the same at the same moment, and one that dies on the way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection

from apps.agencies.models import Role
from apps.core.errors import Stale
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.program.models import QuarterlyUpdate, Snapshot, Target
from apps.program.services import draft_due_update, measuring, set_target, take_snapshots
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.program import IN_OCTOBER, measured

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"
    with time_machine.travel(IN_OCTOBER, tick=False):
        yield


def at_once(act: Callable[[], Any], times: int = 4) -> list[Any]:
    """What each of the callers got, or the refusal."""

    def one(_number: int) -> Any:
        try:
            return act()
        except Stale as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(one, range(times)))


def test_workers_that_measure_at_once_leave_one_row_for_each_figure():
    ZoneFactory.create()
    written = at_once(take_snapshots)
    assert len(set(written)) == 1
    assert Snapshot.objects.count() == written[0]


def test_a_worker_that_dies_leaves_whole_scopes_and_the_next_one_writes_the_rest(monkeypatch):
    for _ in range(2):
        AgencyFactory.create()
    done = take_snapshots()
    Snapshot.objects.all().delete()
    whole, calls = measuring._rows, []

    def dies(*given):
        calls.append(given)
        if len(calls) == 3:
            raise SystemExit
        return whole(*given)

    monkeypatch.setattr(measuring, "_rows", dies)
    with pytest.raises(SystemExit):
        take_snapshots()
    assert 0 < Snapshot.objects.count() < done
    monkeypatch.undo()
    take_snapshots()
    assert Snapshot.objects.count() == done


def test_workers_that_draft_at_once_make_one_update():
    measured("cameras", 40, 40)
    made = at_once(lambda: draft_due_update(actor=Actor.system("test")))
    assert sum(one is not None for one in made) == 1
    assert QuarterlyUpdate.objects.count() == 1
    assert Entry.objects.filter(action="program.update_drafted").count() == 1


def test_managers_who_set_a_target_at_once_do_not_overwrite_each_other():
    manager, due_on = staff(Role.PROGRAM_MANAGER), IN_OCTOBER.date().replace(year=2027)
    wish = {"measure": "cameras", "agency": None, "value": 9, "due_on": due_on, "reason": "Why", "read": 0}
    got = at_once(lambda: set_target(user=manager, request_key=None, **wish))
    assert sum(isinstance(one, Stale) for one in got) == 3
    assert Target.objects.count() == 1
    assert Entry.objects.filter(action="program.target_set").count() == 1
