"""The worker's side: what was signed is what is made, proven, recorded once; the original stays what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache

from apps.agencies.models import Role
from apps.agencies.services import set_sound_in_copies
from apps.evidence.models import Derivative, EvidenceItem, SenderNote
from apps.evidence.services import removal, working
from apps.evidence.states import DerivativeKind, ItemState, SoundAnswer
from apps.evidence.storage import StoreUnavailable, derivative_key, original_key, store
from apps.ledger import selectors as ledger
from apps.media.errors import MediaInterrupted, Undecodable
from apps.media.probe import probe
from apps.redaction import tasks
from apps.redaction.models import Redaction
from apps.redaction.selectors import plan_of
from apps.redaction.services import rendering, sign_off, submit_redaction
from apps.redaction.services.rendering import due_redactions, make_redacted_copy
from apps.redaction.states import RedactionState
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.numbered import FILMS, numbered
from tests.factories.people import staff
from tests.factories.redaction import begun, drawn, face, mute, region, signed, somebody
from tests.redaction.test_drawing import acts

pytestmark = pytest.mark.django_db(transaction=True)


def made(redaction: Redaction) -> Redaction:
    assert make_redacted_copy(pk=redaction.pk)
    redaction.refresh_from_db()
    return redaction


def redacted_entries(item: EvidenceItem) -> list[dict]:
    entries = ledger.entries_for(working.subject_of(item))
    return [one.facts for one in entries if one.action == "evidence_item.redacted"]


def test_what_was_signed_is_made_from_the_original_and_proven(item, tmp_path: Path):
    mine = made(signed(item))
    assert (mine.state, mine.problem, mine.lease_token) == (RedactionState.PROVEN, "", None)
    copy = mine.made
    assert (copy.kind, copy.recipe, copy.sound) == (DerivativeKind.REDACTED, "redacted 1", "")
    assert store().read_back(derivative_key(copy.digest)) == copy.digest
    assert store().read_back(original_key(item.digest)) == item.digest
    # From the picture before the first drawn one to the one after the last: 1 to 21.
    assert (mine.proof["pictures"], mine.proof["boxes"]) == (50, 21)
    assert mine.proof["pixels"] >= 21 * 40 * 40
    assert mine.proof["least"] >= 16
    assert (mine.proof["plan"], mine.proof["digest"]) == (plan_of(mine).digest, copy.digest)
    (entry,) = redacted_entries(item)
    assert entry["original"] == item.digest
    assert {name: entry[name] for name in mine.proof} == mine.proof
    assert not make_redacted_copy(pk=mine.pk)
    with store().local_file(derivative_key(copy.digest), scratch=tmp_path) as film:
        facts = probe(film, scratch=tmp_path)
    assert (len(facts.video), facts.audio, facts.streams) == (1, (), 1)
    assert not item.derivatives.in_use().filter(pk=copy.pk).exists()


def test_a_film_of_variable_rate_with_an_edit_list_is_proven(own_folders):
    film = next(one for one in FILMS if one.name == "edit list")
    item = playable_item(numbered(film))
    mine = drawn(begun(item), region((0, [0, 0, 320, 180], False), (5, [10, 10, 31, 31], True)))
    mine = submit_redaction(redaction=mine, version=mine.version, user=mine.author)
    mine = sign_off(redaction=mine, version=mine.version, user=somebody(item, Role.SUPERVISOR))
    assert (made(mine).state, mine.proof["pictures"], mine.proof["boxes"]) == (RedactionState.PROVEN, 317, 7)


def test_two_redactions_of_one_film_stand_side_by_side(item):
    first, second = made(signed(item)), made(signed(item, somebody(item, Role.ANALYST)))
    assert first.made != second.made
    assert item.derivatives.filter(kind=DerivativeKind.REDACTED).count() == 2


def test_sound_stays_but_for_the_muted_span_and_only_while_both_say_yes(own_folders):
    item = playable_item(clip("h264", sound=True))
    set_sound_in_copies(agency=item.agency, sound_in_copies=True, by=staff(Role.PROGRAM_MANAGER, item.agency))
    note = SenderNote.objects.create(upload=item.upload, sound=SoundAnswer.YES)
    rows = []
    for _n in range(2):
        mine = drawn(begun(item, keeps_sound=True), face(), mutes=[mute(10, 24)])
        mine = submit_redaction(redaction=mine, version=mine.version, user=mine.author)
        rows.append(sign_off(redaction=mine, version=mine.version, user=somebody(item, Role.SUPERVISOR)))
    kept = made(rows[0])
    assert (kept.state, kept.made.sound, kept.proof["sound"]) == (RedactionState.PROVEN, "kept", True)
    note.sound = SoundAnswer.NO
    note.save()
    refused = made(rows[1])
    assert (refused.state, refused.problem, refused.made) == (RedactionState.FAILED, "sound", None)


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), MediaInterrupted("killed"), OSError("full")])
def test_what_is_not_the_films_fault_waits_and_is_swept(item, fault: Exception, monkeypatch: pytest.MonkeyPatch):
    mine = signed(item)

    def broken(*_args: object, **_named: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "make_redacted", broken)
        assert not make_redacted_copy(pk=mine.pk)
    mine.refresh_from_db()
    assert (mine.state, mine.attempts, due_redactions()) == (RedactionState.SIGNED, 0, [])
    Redaction.objects.update(leased_until=None)
    tasks.sweep_redactions()
    assert due_redactions() == [mine.pk]


def test_what_cannot_be_proven_is_no_copy(item, monkeypatch: pytest.MonkeyPatch):
    mine = signed(item)

    def broken(*_args: object, **_named: object) -> None:
        raise Undecodable("not_proven")

    with monkeypatch.context() as patch:
        patch.setattr(rendering, "prove_redacted", broken)
        made(mine)
    assert (mine.state, mine.problem, acts(mine)[-1]) == (RedactionState.FAILED, "not_proven", "failed")
    assert not Derivative.objects.filter(kind=DerivativeKind.REDACTED).exists()


def test_one_whose_workers_died_three_times_is_given_up(item):
    mine = signed(item)
    Redaction.objects.update(attempts=3)
    assert due_redactions() == []
    mine.refresh_from_db()
    assert (mine.state, mine.problem) == (RedactionState.FAILED, "stopped_three_times")


def test_of_an_item_that_is_disposed_of_nothing_is_made_and_nothing_stays(item):
    first, second = made(signed(item)), signed(item)
    cache.clear()
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.PLAYABLE)
    item.refresh_from_db()
    gone = removal.start_removal(item)
    assert removal.remove_objects(pk=gone.pk)
    assert not store().exists(derivative_key(first.made.digest))
    assert (made(second).state, second.problem) == (RedactionState.FAILED, "not_opened")
