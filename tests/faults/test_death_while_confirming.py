"""A process that asks for confirmations or erases accounts may be killed at any point: the next one continues there."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.cameras.models import Camera, Confirmation
from apps.cameras.services import confirm_cameras, sweep_confirmations
from apps.cameras.states import CameraState
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.verification import verify
from apps.notifications.models import Message
from apps.privacy.closing import close_account, erase_due
from tests.factories import canaries
from tests.factories.actors import actor_for
from tests.factories.cameras import camera
from tests.factories.canaries import known_person, tables_with
from tests.factories.people import registrant
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)

STRIDE = 7
"""Of an erasure, which has hundreds of points, every so-manieth is tried, so that a run stays short."""


def at(moment: datetime, number: int, act: object) -> bool:
    with time_machine.travel(moment, tick=False):
        return die_at(number, act)  # type: ignore[arg-type]


def test_a_sweep_that_was_killed_asks_each_partner_once() -> None:
    number, deaths, died, asked = 1, 0, True, 0
    while died:
        _user, partner = registrant()
        camera(partner)
        asked += 1
        later = timezone.now() + timedelta(days=366)
        died = at(later, number, sweep_confirmations)
        deaths += died
        with time_machine.travel(later, tick=False):
            sweep_confirmations()
            sweep_confirmations()
        assert Confirmation.objects.count() == asked, number
        assert Message.objects.filter(kind="camera.confirmation").count() == asked, number
        assert Entry.objects.filter(action="camera.confirmation_asked").count() == asked
        number += 2
        assert number < 200
    assert deaths > 3


def test_a_lapse_that_was_killed_leaves_no_camera_without_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.cameras.services.confirmation.LAPSE_BATCH", 1)
    user, partner = registrant()
    for name in ("A", "B", "C"):
        camera(partner, name=name)
    start = timezone.now() + timedelta(days=366)
    for days in (0, 14, 28):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            sweep_confirmations()
    last = start + timedelta(days=42)
    number, deaths, died = 3, 0, True
    while died:
        died = at(last, number, sweep_confirmations)
        deaths += died
        lapsed = Camera.objects.filter(state=CameraState.LAPSED).count()
        assert Entry.objects.filter(action="camera.lapsed").count() == lapsed, number
        number += 1
        assert number < 200
    assert deaths > 3
    with time_machine.travel(last, tick=False):
        sweep_confirmations()
    assert Camera.objects.filter(state=CameraState.LAPSED).count() == 3
    assert Confirmation.objects.get().outcome == "lapsed"
    with time_machine.travel(last, tick=False):
        assert confirm_cameras(partner=partner, user=user, actor=actor_for(user)) == 3


def test_an_erasure_that_was_killed_anywhere_goes_on_and_is_whole(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    known = known_person(gave=False)
    close_account(user=known.user, actor=actor_for(known.user))
    later = timezone.now() + timedelta(days=31)
    number, deaths, died = 2, 0, True
    while died:
        # Each run begins where the last one died, so the whole way is met, at changing distances.
        died = at(later, number, erase_due)
        deaths += died
        number += STRIDE
        assert number < 2_000
    assert deaths >= 3
    assert tables_with(*canaries.PERSONAL, *canaries.PLACES) == set()
    for action in ("account.erased", "partner.erased", "camera.erased", "site.erased"):
        assert Entry.objects.filter(action=action).count() == 1, action
    ledger.sequence()
    report = verify()
    assert (report.broken, report.unchecked) == ([], [])
