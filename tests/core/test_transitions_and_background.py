"""The guard of status changes, and the queue that may be away."""

import logging
import re

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction

from apps.core.background import enqueue_after_commit
from apps.core.errors import WrongState
from apps.core.transitions import Transitions
from apps.ledger.tasks import sequence_ledger

ALLOWED = Transitions({"draft": {"sent", "dropped"}, "sent": {"answered"}})


@pytest.mark.parametrize("source", ["draft", "sent", "answered", "dropped", "unheard of"])
@pytest.mark.parametrize("target", ["draft", "sent", "answered", "dropped", "unheard of"])
def test_only_named_transitions_pass(source, target):
    named = (source, target) in {("draft", "sent"), ("draft", "dropped"), ("sent", "answered")}
    assert ALLOWED.allows(source, target) is named
    if named:
        ALLOWED.check(source, target)
    else:
        with pytest.raises(WrongState) as refusal:
            ALLOWED.check(source, target)
        assert refusal.value.code == "transition"


SEQUENCE = "apps.ledger.tasks.sequence_ledger"


@pytest.fixture
def enqueued(monkeypatch):
    """What reached the queue."""
    found = []
    monkeypatch.setattr(sequence_ledger, "apply_async", found.append)
    return found


@pytest.mark.django_db(transaction=True)
def test_work_is_enqueued_after_the_commit_and_only_then(enqueued):
    with transaction.atomic():
        enqueue_after_commit(SEQUENCE, 7)
        assert enqueued == []
    assert enqueued == [(7,)]

    def act_and_fail():
        with transaction.atomic():
            enqueue_after_commit(SEQUENCE, 8)
            raise RuntimeError

    pytest.raises(RuntimeError, act_and_fail)
    assert enqueued == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_undoes_nothing_and_is_logged(caplog, monkeypatch):
    def fail(args):
        raise ConnectionError

    monkeypatch.setattr(sequence_ledger, "apply_async", fail)
    with caplog.at_level(logging.WARNING):
        enqueue_after_commit(SEQUENCE)
    assert "the sweep will find the work" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_real_broker_that_is_away_costs_little_time():
    import time

    began = time.monotonic()
    enqueue_after_commit(SEQUENCE)
    assert time.monotonic() - began < 5


def test_a_name_without_a_task_is_refused_at_once():
    with pytest.raises(ImportError):
        enqueue_after_commit("apps.ledger.tasks.there_is_none")


def test_what_takes_long_has_a_queue_of_its_own_and_every_queue_has_a_worker():
    current_app.loader.import_default_modules()  # as a worker does
    router = current_app.amqp.router
    queue_of = {name: router.route({}, name)["queue"].name for name in current_app.tasks if name.startswith("apps.")}
    assert queue_of["apps.evidence.tasks.process_item"] == "seal"
    assert queue_of["apps.evidence.tasks.make_next_playable"] == "media"
    assert queue_of["apps.notifications.tasks.send_due_messages"] == "mail"
    assert queue_of["apps.imports.tasks.work"] == queue_of["apps.imports.tasks.sweep_imports"] == "bulk"
    assert queue_of[SEQUENCE] == "default"
    assert queue_of["apps.evidence.tasks.sweep_evidence"] == queue_of["apps.uploads.tasks.sweep_uploads"] == "node"
    for procfile in ("Procfile", "Procfile.dev"):
        commands = (settings.BASE_DIR / procfile).read_text()
        commands = commands.replace("${NODE:+-$NODE}", "")  # one computer has no number
        served = {name for names in re.findall(r"--queues (\S+)", commands) for name in names.split(",")}
        assert served == set(queue_of.values())
