"""A practice city starts over as a whole or not at all, and nothing else ever does."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.accounts.models import Session, User
from apps.core import own_database
from apps.core.errors import Busy
from apps.demo import nights, resetting, waiting
from apps.demo.tasks import reset_when_due
from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import FootageRequest
from apps.ledger import triggers
from apps.ledger.models import Entry
from apps.ledger.practice import MARK, is_marked, open_practice
from apps.ledger.services import record, sequence
from apps.ledger.values import Actor, Subject
from apps.reviews.models import ReviewRow
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_city", "short_films")]
HERE = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def city(settings, tmp_path: Path) -> Path:
    """A practice portal before its first load; returns its folder."""
    settings.PRACTICE, settings.DATA_DIR = True, tmp_path
    settings.PRACTICE_DIR = tmp_path / "practice"
    settings.EVIDENCE_URL = f"file://{settings.PRACTICE_DIR / 'evidence'}"
    settings.STAGING_DIR = settings.PRACTICE_DIR / "staging"
    settings.SCRATCH_DIR = settings.PRACTICE_DIR / "scratch"
    (settings.PRACTICE_DIR / "evidence").mkdir(parents=True)
    open_practice()
    return settings.PRACTICE_DIR


def an_act() -> None:
    """What a worker or a page writes."""
    with transaction.atomic():
        user = UserFactory.create()
        record("account.opened", Subject.of("user", user.public_id), Actor.system("test"))


def test_a_trainees_work_is_gone_and_the_city_is_there_again(city: Path, settings) -> None:
    an_act()
    Session.objects.create(session_key="a", session_data="", expire_date=datetime.now(UTC))
    old = [city / name / "old.log" for name in ("mail", "evidence", "staging", "checkpoints")]
    for path in old:
        path.parent.mkdir(exist_ok=True)
        path.touch()
        os.utime(path, (path.stat().st_mtime + 1,) * 2)
    sequence()
    time.sleep(1.1)
    call_command("reset_practice", verbosity=0)
    assert [path for path in old if path.exists()] == []
    assert (FootageRequest.objects.count(), EvidenceItem.objects.count(), Session.objects.count()) == (9, 4, 0)
    assert not User.objects.filter(email__endswith="@test.example").exists()
    assert Entry.objects.filter(action=MARK).count() == 1
    assert is_marked()
    assert triggers.missing() == []
    assert sequence() == Entry.objects.count()
    assert waiting.percent_loaded() is None
    assert not resetting.is_due(datetime(2030, 1, 1, 20, tzinfo=UTC))
    assert ReviewRow.objects.filter(review__agency__short_name="TPD", review__signed_at=None).count() == 2


@pytest.mark.parametrize("missing", ["PRACTICE", "mark"])
def test_it_deletes_nothing_that_is_not_marked_or_without_the_setting(missing: str, settings) -> None:
    if missing == "PRACTICE":
        settings.PRACTICE = False
    else:
        with triggers.suspended():
            Entry.objects.all().delete()
    an_act()
    with pytest.raises(CommandError, match="Only a practice city is reset"):
        call_command("reset_practice", skip_checks=True)
    assert User.objects.count() == 1
    assert waiting.percent_loaded() is None


def test_it_deletes_no_file_that_was_there_before_the_city(city: Path) -> None:
    (city / "evidence" / "real").write_text("an original")
    os.utime(city / "evidence" / "real", (1, 1))
    an_act()
    with pytest.raises(CommandError, match="older than the practice city"):
        call_command("reset_practice", verbosity=0)
    assert (city / "evidence" / "real").exists()
    assert User.objects.count() == 1


def test_a_reset_that_is_killed_leaves_the_old_city_and_is_done_again(monkeypatch, settings) -> None:
    an_act()
    whole = resetting.fill_city

    def dies(calendar, **told) -> None:
        whole(calendar, **told)
        raise KeyboardInterrupt

    monkeypatch.setattr(resetting, "fill_city", dies)
    with pytest.raises(KeyboardInterrupt):
        call_command("reset_practice", verbosity=0)
    assert User.objects.count() == 1
    assert is_marked()
    assert triggers.missing() == []
    assert waiting.percent_loaded() is not None, "pages wait for the next try"
    monkeypatch.undo()
    assert resetting.is_due(datetime(2030, 1, 1, 20, tzinfo=UTC))


def test_a_reset_that_fails_opens_the_old_city_again(monkeypatch) -> None:
    an_act()

    def fails(calendar, **told) -> None:
        raise RuntimeError

    monkeypatch.setattr(resetting, "fill_city", fails)
    with pytest.raises(RuntimeError):
        call_command("reset_practice", verbosity=0)
    assert User.objects.count() == 1
    assert waiting.percent_loaded() is None


def test_workers_that_go_on_writing_leave_nothing_behind_and_stop_nothing() -> None:
    call_command("reset_practice", verbosity=0)
    over, wrote, refused = threading.Event(), [], []

    def work() -> None:
        try:
            while not over.is_set():
                try:
                    an_act()
                    sequence()
                    wrote.append(1)
                except Busy:
                    refused.append(1)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        loaded = resetting.reset_practice()
    finally:
        over.set()
        for worker in workers:
            worker.join()
    assert wrote
    assert loaded.requests == 9
    assert is_marked()
    sequence()
    call_command("check", databases=["default"])


def test_who_reads_the_ledger_waits_for_no_reset(monkeypatch, settings) -> None:
    """A web process that starts meanwhile, say: it asks the ledger what the database is."""
    whole, seen = resetting.fill_city, []

    def somebody_reads() -> None:
        try:
            own_database.refuse_other_database()
            seen.append(Entry.objects.count())
        finally:
            connection.close()

    def filled(calendar, **told) -> None:
        whole(calendar, **told)
        reader = threading.Thread(target=somebody_reads)
        reader.start()
        reader.join()

    monkeypatch.setattr(resetting, "fill_city", filled)
    resetting.reset_practice()
    assert seen == [1], "the old city, until the new one is whole"


def test_two_resets_at_once_are_one(city: Path) -> None:
    (city / "reset.lock").touch()
    # The clock of files is some milliseconds behind the one that the mark was made by.
    os.utime(city / "reset.lock", ((city / "reset.lock").stat().st_mtime + 1,) * 2)
    with (city / "reset.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="being reset already"):
            call_command("reset_practice", verbosity=0)
        reset_when_due()
    assert not FootageRequest.objects.exists()


def test_the_schedule_loads_an_empty_city_once_and_then_waits_for_the_night(monkeypatch) -> None:
    resets: list[int] = []
    monkeypatch.setattr(resetting, "reset_practice", lambda: resets.append(1))
    reset_when_due()
    assert resets == [1]


def test_the_schedule_does_nothing_in_a_real_portal(settings, monkeypatch) -> None:
    settings.PRACTICE = False
    monkeypatch.setattr(resetting, "reset_practice", lambda: pytest.fail("it reset"))
    reset_when_due()


@pytest.mark.parametrize(
    ("hour", "opened_before", "is_time"),
    [(2, True, False), (3, True, True), (4, True, True), (5, True, False), (12, True, False), (4, False, False)],
)
def test_a_city_starts_over_at_night_on_its_agencies_clock_and_never_in_the_day(hour, opened_before, is_time) -> None:
    now = datetime(2026, 12, 1, hour, 30, tzinfo=HERE)
    opened = datetime(2026, 11, 30, 12, tzinfo=HERE) if opened_before else datetime(2026, 12, 1, 3, 10, tzinfo=HERE)
    with triggers.suspended():
        Entry.objects.update(recorded_at=opened)
    assert nights.is_night_of_reset(now) is is_time


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 12, 1, 2, 59, tzinfo=HERE), datetime(2026, 12, 1, 3, tzinfo=HERE)),
        (datetime(2026, 12, 1, 3, 0, tzinfo=HERE), datetime(2026, 12, 2, 3, tzinfo=HERE)),
        (datetime(2026, 12, 1, 4, 0, tzinfo=UTC), datetime(2026, 12, 1, 3, tzinfo=HERE)),
        (datetime(2027, 3, 13, 12, 0, tzinfo=HERE), datetime(2027, 3, 14, 3, tzinfo=HERE)),
    ],
)
def test_the_next_reset_is_said_on_the_same_clock(now: datetime, then: datetime) -> None:
    assert nights.next_reset(now) == then
