"""Claim, work, record: a job survives any death and is done once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone

from apps.core import claims
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.notifications.states import MessageState

pytestmark = pytest.mark.django_db
LEASE = timedelta(minutes=5)
QUEUED = Q(state=MessageState.QUEUED)


@pytest.fixture
def job():
    return a_job()


def a_job():
    """A claimable row (a message stands for all)."""
    return queue_message(kind="test", recipient="a@example.org", subject="s", text="t", dedupe_key="claims")


def claim(job, where=QUEUED):
    return claims.claim(Message, job.pk, lease=LEASE, where=where)


def after(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def test_a_claim_leases_the_row_and_counts_the_attempt(job):
    mine = claim(job)
    assert mine.lease_token is not None
    assert mine.attempts == 1
    assert mine.leased_until > timezone.now() + LEASE - timedelta(seconds=5)


def test_what_is_leased_cannot_be_claimed(job):
    claim(job)
    assert claim(job) is None


def test_what_is_in_another_state_or_gone_cannot_be_claimed(job):
    assert claim(job, where=Q(state=MessageState.SENT)) is None
    assert claims.claim(Message, job.pk + 1, lease=LEASE, where=QUEUED) is None


def test_a_lease_that_ran_out_can_be_claimed_by_another(job):
    first = claim(job)
    with after(minutes=6):
        second = claim(job)
    assert second.lease_token != first.lease_token
    assert second.attempts == 2


def test_a_renewed_lease_lasts_longer(job):
    mine = claim(job)
    with after(minutes=4):
        assert claims.renew(mine, lease=LEASE)
    with after(minutes=6):
        assert claim(job) is None


def test_a_lost_lease_is_not_renewed_and_writes_nothing(job):
    first = claim(job)
    with after(minutes=6):
        second = claim(job)
        assert not claims.renew(first, lease=LEASE)
        with transaction.atomic():
            assert claims.locked_if_held(first) is None
            assert claims.locked_if_held(second) == job


def test_a_job_given_back_by_another_is_lost_too(job):
    first = claim(job)
    with after(minutes=6):
        second = claim(job)
        second.save(update_fields=claims.release(second, step_done=True))
    with transaction.atomic():
        assert claims.locked_if_held(first) is None


def test_three_deaths_are_poison(job):
    for minutes in (0, 10, 20):
        with after(minutes=minutes):
            assert claim(job) is not None
    with after(minutes=30):
        assert claim(job) is None
    job.refresh_from_db()
    assert job.attempts == claims.MAX_ATTEMPTS


def test_a_step_that_ended_gives_the_next_its_own_three(job):
    mine = claim(job)
    mine.save(update_fields=claims.release(mine, step_done=True))
    job.refresh_from_db()
    assert (job.attempts, job.lease_token, job.leased_until) == (0, None, None)


def test_a_step_that_failed_keeps_its_count_and_is_free_at_once(job):
    mine = claim(job)
    mine.save(update_fields=claims.release(mine, step_done=False))
    assert claim(job).attempts == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_wins():
    job = a_job()
    barrier, won = threading.Barrier(8), []

    def try_it():
        try:
            barrier.wait(20)
            mine = claim(job)
            if mine is not None:
                won.append(mine.lease_token)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    job.refresh_from_db()
    assert won == [job.lease_token]
    assert job.attempts == 1
