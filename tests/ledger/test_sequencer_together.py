"""Sequencers and writers beside each other, in processes and connections of their own."""

import os
import signal
import threading
import time

import pytest
from django.db import connection, connections, transaction

from apps.ledger import selectors, services
from apps.ledger.models import Entry, Place, Waiting
from apps.ledger.values import Act, Actor, Subject

pytestmark = pytest.mark.django_db(transaction=True)


def write(name):
    return services.append(Act(action="x", actor=Actor.system("test"), subject=Subject("camera", name)))


def in_thread(target):
    def run():
        try:
            target()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def indexes():
    return list(Place.objects.order_by("index").values_list("index", flat=True))


def test_an_entry_that_commits_after_a_later_one_is_not_skipped():
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite one transaction writes at a time: keys and commits have the same order")
    written, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write("early")
            written.set()
            go_on.wait(20)

    slow_writer = in_thread(slow)
    assert written.wait(20)
    with transaction.atomic():
        write("late")
    assert services.sequence() == 1
    go_on.set()
    slow_writer.join(20)
    assert services.sequence() == 1
    placed = Entry.objects.order_by("place__index").values_list("subject_id", flat=True)
    assert list(placed) == ["late", "early"]
    assert list(Entry.objects.order_by("pk").values_list("subject_id", flat=True)) == ["early", "late"]


def test_a_second_sequencer_leaves_at_once_while_the_first_works():
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite the second waits for the writers' ticket instead")
    with transaction.atomic():
        write("one")
    services.sequence()
    with transaction.atomic():
        write("two")
    with transaction.atomic():
        services.Tree.objects.select_for_update().get(pk=1)
        result = []
        in_thread(lambda: result.append(services.sequence())).join(20)
    assert result == [0]
    assert services.sequence() == 1


def test_sequencers_and_writers_at_once_leave_no_gap_and_no_double():
    def write_some():
        for number in range(40):
            with transaction.atomic():
                write(str(number))

    def sequence_some():
        for _ in range(15):
            services.sequence()

    threads = [in_thread(write_some) for _ in range(3)] + [in_thread(sequence_some) for _ in range(3)]
    for thread in threads:
        thread.join(60)
    services.sequence()
    assert indexes() == list(range(120))
    assert not Waiting.objects.exists()
    assert selectors.latest_checkpoint().size == 120


def test_a_sequencer_killed_at_any_moment_heals(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 50)
    for number in range(600):
        with transaction.atomic():
            write(str(number))
    for wait in (0.002, 0.01, 0.03):
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                services.sequence(at_most=200)
            finally:
                os._exit(0)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    services.sequence()
    assert indexes() == list(range(600))
    assert selectors.latest_checkpoint().size == 600
