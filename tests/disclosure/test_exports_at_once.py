"""Two people, or two tabs, act on an export at the same instant: one act holds, the other is told so."""

from __future__ import annotations

import pytest

from apps.agencies.models import Role
from apps.core.errors import WrongState
from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export
from apps.disclosure.services.export_building import build_export
from apps.disclosure.services.export_deciding import approve_export, cancel_export, refuse_export
from apps.ledger.models import Entry
from apps.ledger.services import sequence
from tests.factories.at_once import at_once
from tests.factories.exports import asker, export_of, plain_item
from tests.factories.people import staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def acts(action: str) -> int:
    return Entry.objects.filter(action=action).count()


def test_the_same_asked_for_in_several_tabs_at_once_is_one_export():
    item = plain_item()
    user = asker(item)
    made = at_once(4, lambda _n: export_of(item, user=user))
    assert len({one.pk for one in made}) == 1
    assert (Export.objects.count(), acts("export.requested")) == (1, 1)


def test_of_two_second_persons_at_once_one_decides():
    export = export_of(plain_item(), places=True)
    one, other = staff(Role.SUPERVISOR, export.agency), staff(Role.RECORDS_CUSTODIAN, export.agency)
    verbs = (
        lambda: approve_export(export=export, user=one),
        lambda: refuse_export(export=export, user=other, reason="Ask the owner first."),
    )
    results = at_once(2, lambda n: verbs[n]())
    assert sum(isinstance(result, WrongState) for result in results) == 1
    assert acts("export.approved") + acts("export.refused") == 1


def test_several_workers_at_once_build_one_package():
    export = export_of(plain_item())
    sequence()
    build_export(export_pk=export.pk)
    sequence()
    Export.objects.filter(pk=export.pk).update(leased_until=None)
    results = at_once(3, lambda _n: build_export(export_pk=export.pk))
    assert sorted(results) == [False, False, True]
    assert acts("export.built") == 1
    assert export.files.filter(path="bagit.txt").count() == 1


def test_cancelled_at_the_instant_when_it_is_ready_it_is_cancelled_or_gone():
    export = export_of(plain_item())
    sequence()
    build_export(export_pk=export.pk)
    sequence()
    Export.objects.filter(pk=export.pk).update(leased_until=None)
    verbs = (
        lambda: build_export(export_pk=export.pk),
        lambda: cancel_export(export=export, user=export.requested_by),
    )
    at_once(2, lambda n: verbs[n]())
    export.refresh_from_db()
    assert (export.state, export.lease_token) == (ExportState.CANCELLED, None)
    assert not export.files.exclude(content=None).exists()
