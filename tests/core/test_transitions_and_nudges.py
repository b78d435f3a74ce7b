"""The guard of status changes, and the bell that may be out of order."""

import logging

import pytest
from django.db import transaction

from apps.core.errors import WrongState
from apps.core.nudge import nudge
from apps.core.transitions import Transitions

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


class Bell:
    """Stands for a task; notes its rings."""

    name = "bell"

    def __init__(self, error=None):
        self.rung = []
        self.error = error

    def apply_async(self, arguments):
        if self.error:
            raise self.error
        self.rung.append(arguments)


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_only_then():
    bell = Bell()
    with transaction.atomic():
        nudge(bell, 7)
        assert bell.rung == []
    assert bell.rung == [(7,)]

    def act_and_fail():
        with transaction.atomic():
            nudge(bell, 8)
            raise RuntimeError

    pytest.raises(RuntimeError, act_and_fail)
    assert bell.rung == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_undoes_nothing_and_is_logged(caplog):
    with caplog.at_level(logging.WARNING):
        nudge(Bell(error=ConnectionError()), 7)
    assert "the sweep will find the work" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_real_broker_that_is_away_costs_little_time(settings):
    import time

    from apps.ledger.tasks import sequence_ledger

    began = time.monotonic()
    nudge(sequence_ledger)
    assert time.monotonic() - began < 5
