"""Several at one watched ledger at once: sizes never go back, and no checkpoint is cosigned beside another past."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ledger.values import Actor
from apps.witness.models import WatchedLedger
from apps.witness.protocol import Refused
from apps.witness.services import add_checkpoint, stop_watching, watch
from tests.cameras.test_at_once import at_once
from tests.witness.test_witness import VERIFIER, Log

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = Actor.system("test")


def answer(body: bytes) -> Any:
    try:
        return add_checkpoint(body)
    except Refused as refusal:
        return refusal.status


def test_of_checkpoints_that_continue_the_same_one_a_single_one_is_cosigned():
    watch(verifier=VERIFIER, actor=ACTOR)
    log = Log().grown(40)
    answer(log.sent(0, 10))
    got = at_once([lambda size=size: answer(log.sent(10, size)) for size in (11, 20, 30, 40)])
    assert [one for one in got if not isinstance(one, str)] == [409] * 3
    assert WatchedLedger.objects.get().size == (11, 20, 30, 40)[[isinstance(one, str) for one in got].index(True)]


def test_two_pasts_at_once_leave_one():
    watch(verifier=VERIFIER, actor=ACTOR)
    pasts = [Log().grown(12), Log(b"x").grown(12)]
    got = at_once([lambda log=log: answer(log.sent(0, 12)) for log in pasts] * 3)
    winner = {bytes(log.tree.root(12)) for log, one in zip(pasts * 3, got, strict=True) if isinstance(one, str)}
    assert winner == {bytes(WatchedLedger.objects.get().root)}


def test_watching_stopping_and_cosigning_at_once_come_to_an_end_and_lose_no_size():
    watch(verifier=VERIFIER, actor=ACTOR)
    log = Log().grown(9)
    acts = [
        lambda: watch(verifier=VERIFIER, actor=ACTOR),
        lambda: stop_watching(verifier=VERIFIER, actor=ACTOR),
        lambda: answer(log.sent(0, 9)),
    ]
    got = at_once(acts * 3)
    assert {type(one).__name__ for one in got} <= {"WatchedLedger", "NotFound", "str", "int"}, got
    cosigned = any(isinstance(one, str) for one in got)
    assert WatchedLedger.objects.get().size == (9 if cosigned else 0)
