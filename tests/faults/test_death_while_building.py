"""A worker that builds a package may be killed at any point: the same package results, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.disclosure.export_states import ExportState
from apps.disclosure.models import Export
from apps.disclosure.package.verify_package import verify
from apps.disclosure.services import export_building
from apps.disclosure.services.export_trying import stop_dead_exports
from apps.ledger.checkpoints import verifier_key
from apps.ledger.models import Entry
from apps.ledger.services import sequence
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.exports import asker, export_of, plain_item, unpacked
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def plain_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting the papers touches no row and no file of ours, and its threads do not outlive a fork."""
    monkeypatch.setattr(export_building, "documents", lambda _dossier: {"data/custody/custody.txt": b"Custody."})


def free(export: Export) -> None:
    """The dead worker's lease ends, and no try was one too many."""
    past = timezone.now() - timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(leased_until=past, attempts=0)


def build(export: Export) -> None:
    """What the worker does at its second try, after the ledger has taken the list of files."""
    free(export)
    export_building.build_export(export_pk=export.pk)
    sequence()


def test_death_at_any_point_of_building_heals_into_one_package(tmp_path) -> None:
    item = plain_item()
    user = asker(item)
    number, deaths, died = -2, 0, True
    while died:
        number += 3  # every third change: there are some hundred, and each costs a build
        export = export_of(item, user=user, recipient=f"Recipient {number}")
        sequence()
        died = die_at(number, lambda export=export: (build(export), build(export)))
        deaths += died
        for _turn in range(2):
            build(export)
        export.refresh_from_db()
        assert (export.state, export.lease_token, export.problem) == (ExportState.READY, None, ""), number
        acts = Entry.objects.filter(subject_kind="export", subject_id=str(export.public_id)).order_by("pk")
        told = ["export.requested", "export.prepared", "export.built"]
        assert list(acts.values_list("action", flat=True)) == told, number
        assert number < 600
    findings = verify(unpacked(export, tmp_path), verifier_key())
    assert (findings.wrong, findings.unchecked) == ([], [])
    assert deaths > 20


def test_three_deaths_at_one_step_stop_it_with_a_reason() -> None:
    export = export_of(plain_item())
    for _time in range(3):
        assert die_at(12, lambda: export_building.build_export(export_pk=export.pk))
        Export.objects.filter(pk=export.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert not export_building.build_export(export_pk=export.pk)
    assert stop_dead_exports() == 1
    assert stop_dead_exports() == 0
    export.refresh_from_db()
    assert (export.state, export.problem) == (ExportState.STOPPED, "died")
