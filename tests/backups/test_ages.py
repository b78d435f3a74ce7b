"""How old each part of the backups is: said to who watches, and never a reason to serve nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.agencies.models import Role
from apps.backups import ages, drills
from apps.backups.making import PROGRAM
from apps.backups.models import Kept, Part
from apps.backups.proving import Proof
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.backups.conftest import Run
from tests.factories.items import sealed_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
TOKEN = hashlib.sha256(b"somebody who watches").hexdigest()
Keep = Callable[[], Path]


@pytest.fixture
def watcher(settings: LazySettings) -> Client:
    settings.MONITOR_TOKEN = TOKEN
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def good_parts() -> set[str]:
    return {str(one.part) for one in ages.ages() if one.good}


def test_a_portal_without_a_backup_serves_and_says_so(watcher: Client) -> None:
    answer = watcher.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert {"backup_database_seconds", "backup_files_seconds", "backup_drill_seconds"} <= set(answer.json()["degraded"])
    assert "portal_backup_database_seconds_good 0.0" in watcher.get("/metrics").content.decode()


def test_a_part_is_late_once_it_is_older_than_its_goal(settings: LazySettings) -> None:
    now = timezone.now()
    ages.note(Part.DATABASE, now - timedelta(hours=settings.BACKUP_DATABASE_LATE_HOURS, seconds=-60))
    ages.note(Part.FILES, now - timedelta(minutes=settings.BACKUP_LATE_MINUTES, seconds=60))
    assert good_parts() == {"database"}


def test_an_age_never_goes_back() -> None:
    now = timezone.now()
    for hours in (2, 1, 3):
        ages.note(Part.FILES, now - timedelta(hours=hours))
    assert Kept.objects.get().through == now - timedelta(hours=1)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the drill on PostgreSQL has its own log")
@pytest.mark.django_db(transaction=True)
def test_a_backup_makes_its_parts_young_and_one_that_lacks_a_file_does_not(own_folders: Path, run: Run) -> None:
    item = sealed_item(b"one")
    assert run("back_up")[0] == 0
    assert good_parts() == {"database", "files"}
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert good_parts() == {"database"}
        assert run("back_up", "--files")[0] == 0
        assert good_parts() == {"database", "files"}
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        path = next((own_folders / "evidence").rglob(f"*{item.digest}*"))
        path.chmod(0o640)
        path.write_bytes(b"0ne")
        for copy in (own_folders / "backups" / "evidence").rglob(f"*{item.digest}*"):
            copy.parent.chmod(0o750)
            copy.unlink()
        assert run("back_up")[0] == 1
        assert good_parts() == {"database"}


def test_acts_that_nothing_outside_vouches_for_are_named(own_folders: Path, kept_outside: Keep) -> None:
    ledger.record("backup.made", PROGRAM, Actor.system("test"))
    outside = kept_outside()
    assert ages.oldest_unvouched() is not None
    (own_folders / "witness" / "2026-11-30.checkpoint").write_text(outside.read_text())
    assert ages.oldest_unvouched() is None


def test_the_receipt_of_a_drill_is_taken_once_and_its_date_is_shown(client: Client, run: Run) -> None:
    written = receipt(broken=[])
    assert [run("note_drill", written)[0] for _turn in range(2)] == [0, 0]
    assert Entry.objects.filter(action="backup.drilled").count() == 1
    sign_in(client, staff(Role.PROGRAM_MANAGER))
    page = client.get("/admin/system/").content.decode()
    assert f'datetime="{Kept.objects.get().through.year}-' in page
    assert "Last drill of a restore" in page


def test_a_drill_that_found_something_wrong_is_recorded_and_does_not_count(run: Run) -> None:
    assert run("note_drill", receipt(broken=["Item … is gone."]))[0] == 1
    assert Entry.objects.get(action="backup.drilled").facts["broken"] == 1
    assert "drill" not in good_parts()


def test_a_receipt_that_was_made_up_is_refused(run: Run, settings: LazySettings) -> None:
    written = receipt(broken=[])
    settings.DIGEST_KEY = hashlib.sha256(b"of another portal").hexdigest()
    assert [run("note_drill", one)[0] for one in (written, "nothing", "")] == [64, 64, 64]
    assert not Kept.objects.exists()


def receipt(*, broken: list[str]) -> str:
    return drills.receipt(Proof(entries=3, broken=broken), seconds=61)
