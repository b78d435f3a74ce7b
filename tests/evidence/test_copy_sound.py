"""A working copy has sound only if the agency and the giver both say yes; the page says why not. Real decoders."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.agencies.models import Agency, Role
from apps.agencies.services import set_sound_in_copies
from apps.core.errors import InvalidInput, NotAllowed
from apps.disclosure.export_selectors import second_reasons
from apps.disclosure.export_states import SecondReason
from apps.evidence import presentation
from apps.evidence.copy_sound import copy_sound
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import processing, remaking
from apps.evidence.services.sender_notes import said, state_sender_note
from apps.evidence.states import CopySound, DerivativeKind, ItemState
from apps.evidence.storage import derivative_key, original_key, store
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.media.probe import probe
from tests.factories.clips import clip
from tests.factories.items import sealed_item
from tests.factories.people import staff

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


def allow(agency: Agency, *, yes: bool = True) -> None:
    set_sound_in_copies(agency=agency, sound_in_copies=yes, by=staff(Role.PROGRAM_MANAGER, agency))


def says(item: EvidenceItem, answer: str) -> None:
    state_sender_note(upload=item.upload, words=said(sound=answer), actor=ACTOR)


def processed(item: EvidenceItem) -> EvidenceItem:
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.PLAYABLE
    return item


def hears(item: EvidenceItem, tmp_path: Path) -> bool:
    """Whether the file that browsers get holds sound, asked of the file itself."""
    copy = Derivative.objects.in_use().get(item=item, kind=DerivativeKind.WORKING_COPY)
    with store().local_file(derivative_key(copy.digest), scratch=tmp_path) as film:
        return bool(probe(film, scratch=tmp_path, declared_name="copy.mp4").audio)


@pytest.mark.parametrize(
    ("allowed", "answer", "found", "words"),
    [
        (True, "yes", CopySound.KEPT, "This copy has the sound"),
        (True, "no", CopySound.REFUSED, "said no"),
        (True, "", CopySound.UNKNOWN, "has not said yes"),
        (False, "yes", CopySound.POLICY, "the agency leaves sound out"),
    ],
)
def test_sound_needs_both_to_say_yes(tmp_path: Path, allowed: bool, answer: str, found: str, words: str) -> None:
    item = sealed_item(clip("h264", sound=True))
    allow(item.agency, yes=allowed)
    says(item, answer)
    processed(item)
    assert (copy_sound(item), hears(item, tmp_path)) == (found, found == CopySound.KEPT)
    shown = {fact.name: fact.value for fact in presentation.facts_of(item)}
    assert words in shown["Sound in the working copy"]
    assert store().read_back(original_key(item.digest)) == item.digest
    assert Entry.objects.get(action="evidence_item.playable").facts["sound"] == found
    with store().local_file(original_key(item.digest), scratch=tmp_path) as film:
        assert probe(film, scratch=tmp_path, declared_name="original.mp4").audio


def test_a_converted_copy_keeps_the_rule_too(tmp_path: Path) -> None:
    item = sealed_item(clip("hevc", sound=True))
    allow(item.agency)
    says(item, "yes")
    assert hears(processed(item), tmp_path)


def test_a_film_without_sound_says_nothing_of_it() -> None:
    item = sealed_item(clip("h264"))
    allow(item.agency)
    says(item, "yes")
    processed(item)
    assert copy_sound(item) == ""
    assert "Sound in the working copy" not in [fact.name for fact in presentation.facts_of(item)]


def test_a_new_rule_makes_nothing_anew_and_a_remake_uses_it(tmp_path: Path) -> None:
    item = sealed_item(clip("h264", sound=True))
    says(item, "yes")
    processed(item)
    allow(item.agency)
    item.refresh_from_db()
    assert item.remake_asked_at is None
    assert copy_sound(item) == CopySound.POLICY
    remaking.remake_item(item=item, user=staff(Role.DETECTIVE, item.agency))
    assert hears(processed(item), tmp_path)
    allow(item.agency, yes=False)
    remaking.remake_item(item=item, user=staff(Role.DETECTIVE, item.agency))
    assert not hears(processed(item), tmp_path)
    assert copy_sound(item) == CopySound.POLICY


def test_who_takes_back_a_yes_has_the_copy_made_anew(tmp_path: Path) -> None:
    item = sealed_item(clip("h264", sound=True))
    allow(item.agency)
    says(item, "yes")
    processed(item)
    says(item, "no")
    item.refresh_from_db()
    assert item.remake_asked_at is not None
    assert not hears(processed(item), tmp_path)


def test_a_yes_taken_back_while_the_copy_is_made_leaves_no_copy_with_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = sealed_item(clip("h264", sound=True))
    allow(item.agency)
    says(item, "yes")
    real = processing.make_working_copy

    def slow(*given, **named):
        made = real(*given, **named)
        says(item, "no")
        return made

    monkeypatch.setattr(processing, "make_working_copy", slow)
    processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.attempts) == (ItemState.SEALED, 0)
    assert not Derivative.objects.filter(item=item, kind=DerivativeKind.WORKING_COPY).exists()
    monkeypatch.setattr(processing, "make_working_copy", real)
    EvidenceItem.objects.filter(pk=item.pk).update(leased_until=None)
    assert not hears(processed(item), tmp_path)
    assert copy_sound(item) == CopySound.REFUSED


def test_a_copy_with_sound_leaves_in_a_package_only_with_a_second_person() -> None:
    item = sealed_item(clip("h264", sound=True))
    processed(item)
    assert SecondReason.SOUND not in second_reasons([item], originals=False, places=False)
    allow(item.agency)
    says(item, "yes")
    processed(item)
    assert SecondReason.SOUND in second_reasons([item], originals=False, places=False)


def test_only_a_manager_changes_the_rule_and_only_known_answers_are_taken() -> None:
    item = sealed_item(clip("h264"))
    with pytest.raises(NotAllowed):
        set_sound_in_copies(agency=item.agency, sound_in_copies=True, by=staff(Role.DETECTIVE, item.agency))
    allow(item.agency)
    allow(item.agency)
    assert Entry.objects.filter(action="agency.sound_in_copies_set").count() == 1
    with pytest.raises(InvalidInput):
        said(sound="perhaps")
