"""The ledger's key hands over to the next: both sign, old checkpoints stay valid, and a replaced key signs no more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from apps.ledger import checkpoints, services
from apps.ledger.handing_over import HANDED_OVER, hand_over
from apps.ledger.models import Checkpoint, Entry
from apps.ledger.selectors import latest_checkpoint
from apps.ledger.values import Actor, Subject
from apps.ledger.verification import verify
from tests.faults.dying import die_at

OLD, NEXT, STRANGE = "0123456789abcdef" * 4, "89ab01cd" * 8, "fedcba98" * 8
ACTOR = Actor.system("test")


def act() -> None:
    with transaction.atomic():
        services.record("camera.registered", Subject("camera", "1"), ACTOR)


@pytest.fixture
def ledger(settings: Any) -> None:
    settings.LEDGER_KEY, settings.LEDGER_NEXT_KEY, settings.LEDGER_OLD_VERIFIERS = OLD, "", []
    act()
    services.sequence()


def changed_over(settings: Any) -> str:
    """Hand over and set what the command says; returns the note that both signed."""
    settings.LEDGER_NEXT_KEY = NEXT
    note = hand_over(actor=ACTOR).note
    settings.LEDGER_OLD_VERIFIERS = [checkpoints.verifier_key()]
    settings.LEDGER_KEY, settings.LEDGER_NEXT_KEY = NEXT, ""
    return note


@pytest.mark.django_db
def test_both_keys_sign_the_checkpoint_that_names_the_next(ledger: None, settings: Any) -> None:
    old = checkpoints.key_id_of(checkpoints.verifier_key())
    note = changed_over(settings)
    new = checkpoints.key_id_of(checkpoints.verifier_key())
    assert checkpoints.open_note(note).signers == (old, new)
    entry = Entry.objects.get(action=HANDED_OVER)
    assert entry.subject_id == new
    assert checkpoints.verifier_key().encode() in bytes(entry.leaf)


@pytest.mark.django_db
def test_afterwards_the_ledger_is_whole_and_old_signatures_are_verified(ledger: None, settings: Any) -> None:
    first = latest_checkpoint().note
    changed_over(settings)
    act()
    assert services.sequence() == 1
    report = verify([first])
    assert (report.broken, report.unchecked, report.key_changes, report.outside) == ([], [], [], 1)


@pytest.mark.django_db
def test_who_knows_the_old_key_alone_still_checks_the_hand_over(ledger: None, settings: Any) -> None:
    note = changed_over(settings)
    settings.LEDGER_KEY, settings.LEDGER_OLD_VERIFIERS = OLD, []
    assert len(checkpoints.open_note(note).signers) == 1


@pytest.mark.django_db
def test_a_replaced_key_that_signs_again_is_found(ledger: None, settings: Any) -> None:
    """Who steals an old key cannot go on with the ledger, though its verifier is still known."""
    changed_over(settings)
    act()
    services.sequence()
    settings.LEDGER_OLD_VERIFIERS = [*settings.LEDGER_OLD_VERIFIERS, checkpoints.verifier_key()]
    settings.LEDGER_KEY = OLD
    act()
    services.sequence()
    assert any("had been replaced" in finding for finding in verify().broken)


@pytest.mark.django_db
def test_a_key_that_was_not_handed_over_to_is_told(ledger: None, settings: Any) -> None:
    settings.LEDGER_OLD_VERIFIERS = [checkpoints.verifier_key()]
    settings.LEDGER_KEY = STRANGE
    act()
    services.sequence()
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "the former did not name it" in out.getvalue()


@pytest.mark.django_db
def test_again_it_is_the_same_checkpoint(ledger: None, settings: Any) -> None:
    settings.LEDGER_NEXT_KEY = NEXT
    assert hand_over(actor=ACTOR) == hand_over(actor=ACTOR)
    assert Entry.objects.filter(action=HANDED_OVER).count() == 1


@pytest.mark.django_db
def test_a_process_without_the_next_key_does_not_spoil_it(ledger: None, settings: Any) -> None:
    settings.LEDGER_NEXT_KEY = NEXT
    following = Subject("ledger_key", checkpoints.key_id_of(checkpoints.verifier_key(NEXT)))
    with transaction.atomic():
        services.record(HANDED_OVER, following, ACTOR)
    settings.LEDGER_NEXT_KEY = ""
    services.sequence()
    settings.LEDGER_NEXT_KEY = NEXT
    assert len(checkpoints.open_note(hand_over(actor=ACTOR).note).signers) == 2
    assert verify().broken == []


@pytest.mark.django_db
def test_without_a_next_key_the_command_says_so(ledger: None) -> None:
    with pytest.raises(CommandError, match="LEDGER_NEXT_KEY"):
        call_command("hand_over_ledger_key")


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_point_the_next_run_ends_it(ledger: None, settings: Any) -> None:
    settings.LEDGER_NEXT_KEY = NEXT
    number, deaths = 1, 0
    while die_at(number, lambda: hand_over(actor=ACTOR)):
        deaths += 1
        assert verify().broken == []
        number += 2
    assert deaths > 3
    note = hand_over(actor=ACTOR).note
    assert len(checkpoints.open_note(note).signers) == 2
    assert Checkpoint.objects.filter(note=note).count() == 1
    assert verify().broken == []
