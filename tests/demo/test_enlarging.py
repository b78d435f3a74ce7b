"""A larger city is made of copies: it says so, it is matched and proved like the first one."""

from __future__ import annotations

import pytest

from apps.backups.proving import Proof, prove_items
from apps.cameras.models import Camera, CameraPlace
from apps.demo.enlarging import enlarge
from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from tests.factories.footage_requests import open_request
from tests.factories.items import sealed_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


def test_copies_are_counted_in_the_ledger_and_every_item_of_them_proves_itself() -> None:
    request = open_request().request
    FootageRequest.objects.filter(pk=request.pk).update(state=RequestState.CLOSED)
    sealed_item(b"one")
    there, places = Camera.objects.count(), CameraPlace.objects.count()
    for _turn in range(2):  # the second one finds everything there
        enlarge(cameras=there + 20, requests=FootageRequest.objects.count() or 1, items=12)
        enlarge(cameras=there + 20, requests=9, items=12)
    assert (Camera.objects.count(), EvidenceItem.objects.count()) == (there + 20, 12)
    assert FootageRequest.objects.count() == 9
    assert CameraPlace.objects.count() == places + 20
    told = [entry.facts for entry in Entry.objects.filter(action="demo.enlarged")]
    assert sum(one["copies"] for one in told if one["kind"] == "cameras") == 20
    ledger.sequence()
    proof = Proof()
    prove_items(proof, gone=(), read=True, told=lambda line: None)
    assert (proof.broken, proof.originals) == ([], 12)
