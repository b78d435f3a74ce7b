"""An auditor has the ledger checked: one check at a time, by a worker that may die, with a result that stays."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Outcome, Role, Verification
from apps.agencies.verifying import services as verifying
from apps.agencies.verifying.policies import viewable_verifications
from apps.agencies.verifying.services import keep_lease, start_verification, sweep_verifications, work_on_verification
from apps.core import claims
from apps.core.errors import NotAllowed
from apps.findings.models import Finding
from apps.ledger import services, triggers
from apps.ledger.models import Entry, Place
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(agency):
    return staff(Role.AUDITOR, agency)


@pytest.fixture
def page():
    return reverse("admin:agencies_verification_changelist")


def acts():
    return list(Entry.objects.filter(action__startswith="ledger.ver").order_by("pk").values_list("action", flat=True))


def claimed(found):
    return claims.claim(Verification, found.pk, lease=verifying.LEASE, where=verifying._WORKING)


def later():
    return time_machine.travel(timezone.now() + verifying.LEASE + timedelta(seconds=1), tick=False)


def test_a_whole_ledger_is_found_whole_with_what_was_read(auditor):
    found = start_verification(user=auditor)
    services.sequence()
    assert work_on_verification(found.pk) == Outcome.WHOLE
    found.refresh_from_db()
    assert (found.entries, found.asked_by, found.broken) == (Place.objects.count(), auditor, 0)
    assert found.done == found.total
    assert found.root
    assert found.finished_at
    assert found.checkpoints == 1
    assert acts() == ["ledger.verification_started", "ledger.verified"]


def test_pressed_twice_there_is_one_check(auditor, agency):
    first = start_verification(user=auditor)
    assert start_verification(user=staff(Role.AUDITOR, agency)) == first
    assert acts() == ["ledger.verification_started"]
    work_on_verification(first.pk)
    assert start_verification(user=auditor) != first


@pytest.mark.parametrize("role", [one for one in Role.values if one != Role.AUDITOR])
def test_nobody_but_an_auditor_begins_or_sees_one(role, agency, auditor, client, page):
    start_verification(user=auditor)
    person = staff(role, agency)
    with pytest.raises(NotAllowed):
        start_verification(user=person)
    assert sign_in(client, person).get(page).status_code == 404
    assert not viewable_verifications(person).exists()


def test_what_a_dead_worker_left_is_begun_anew_and_its_return_changes_nothing(auditor):
    found = start_verification(user=auditor)
    dead = claimed(found)
    assert work_on_verification(found.pk) == ""
    with later():
        assert work_on_verification(found.pk) == Outcome.WHOLE
    assert not keep_lease(dead, done=5)
    found.refresh_from_db()
    assert found.outcome == Outcome.WHOLE
    assert acts().count("ledger.verified") == 1


def test_a_worker_that_lost_its_lease_stops(auditor):
    steps = verifying._Steps(claimed(start_verification(user=auditor)))
    steps.add(7)
    steps._lost = True
    with pytest.raises(verifying.LeaseLost):
        steps.add(7)


def test_after_three_deaths_it_is_given_up_and_another_may_begin(auditor):
    found = start_verification(user=auditor)
    for _ in range(claims.MAX_ATTEMPTS):
        claimed(found)
        Verification.objects.filter(pk=found.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    sweep_verifications()
    found.refresh_from_db()
    assert found.outcome == Outcome.GIVEN_UP
    assert acts() == ["ledger.verification_started", "ledger.verification_given_up"]
    assert start_verification(user=auditor) != found


def test_a_break_is_told_with_its_place(auditor, client, page):
    found = start_verification(user=auditor)
    services.sequence()
    with triggers.suspended():
        Place.objects.update(leaf_hash=b"\0" * 32)
    assert work_on_verification(found.pk) == Outcome.BROKEN
    assert Finding.objects.get(kind="ledger.broken").facts["breaks"] >= 1
    words = sign_in(client, auditor).get(page).content.decode()
    assert "The ledger is broken" in words
    assert "place 0:" in words


def test_the_page_begins_a_check_follows_it_and_shows_what_came_of_it(auditor, client, page):
    sign_in(client, auditor)
    assert "Not checked yet" in client.get(page).content.decode()
    assert client.post(reverse("admin:agencies_verification_start")).status_code == 302
    found = Verification.objects.get()
    assert "The check is at work" in client.get(page).content.decode()
    assert "Verify now" not in client.get(page).content.decode()
    progress = reverse("admin:agencies_verification_progress", args=[found.public_id])
    Verification.objects.update(total=200, done=50, leased_until=timezone.now())
    assert client.get(progress).json()["done"] == 25
    Verification.objects.update(leased_until=None)
    services.sequence()
    work_on_verification(found.pk)
    assert client.get(progress).json()["running"] is False
    words = client.get(page).content.decode()
    assert "The ledger is whole" in words
    assert found.asked_by.name in words
    assert "Nothing from outside" in words


@pytest.mark.django_db(transaction=True)
def test_progress_is_written_beside_the_check(auditor):
    found = start_verification(user=auditor)
    job = claimed(found)
    assert keep_lease(job, done=11)
    found.refresh_from_db()
    assert found.done == 11
    assert found.leased_until > job.leased_until
