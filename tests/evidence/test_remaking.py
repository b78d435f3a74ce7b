"""Copies are made anew on demand and by a command; the earlier ones stay until then, originals are never touched."""

from __future__ import annotations

import io
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from apps.agencies.models import Role
from apps.core.errors import NotAllowed, WrongState
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import processing, remaking, working
from apps.evidence.states import DerivativeKind, ItemState
from apps.evidence.storage import derivative_key, original_key, store
from apps.ledger import selectors as ledger
from apps.media import recipes
from apps.media.errors import MediaInterrupted, Undecodable
from tests.factories.clips import clip
from tests.factories.items import playable_item, sealed_item
from tests.factories.people import staff
from tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)


def acts_on(item: EvidenceItem) -> list[str]:
    return [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]


def in_use(item: EvidenceItem) -> dict[str, Derivative]:
    return {one.kind: one for one in Derivative.objects.in_use().filter(item=item)}


def made_before_tables(item: EvidenceItem) -> EvidenceItem:
    """As an item of an earlier release: no table of times, no strip, older recipes."""
    item.derivatives.filter(kind__in=(DerivativeKind.TIMES, DerivativeKind.STRIP)).delete()
    item.derivatives.update(recipe="copy")
    EvidenceItem.objects.filter(pk=item.pk).update(made_by=0)
    item.refresh_from_db()
    return item


@pytest.fixture
def item() -> EvidenceItem:
    return playable_item()


def test_the_command_makes_what_is_missing_and_leaves_original_and_earlier_copies(item: EvidenceItem) -> None:
    made_before_tables(item)
    old = in_use(item)
    said = StringIO()
    call_command("remake_copies", "--dry-run", stdout=said)
    assert "1 items" in said.getvalue()
    call_command("remake_copies", stdout=said)
    assert "1 items are being made anew" in said.getvalue()
    item.refresh_from_db()
    assert item.state == ItemState.PLAYABLE
    assert in_use(item).keys() == old.keys()
    assert processing.make_next_playable()
    item.refresh_from_db()
    assert (item.state, item.remake_asked_at, item.made_by) == (ItemState.PLAYABLE, None, recipes.GENERATION)
    new = in_use(item)
    assert new.keys() == {"working_copy", "poster", "times", "strip"}
    assert new[DerivativeKind.WORKING_COPY].recipe == "copy 1"
    replaced = Derivative.objects.filter(item=item, replaced_at__isnull=False)
    assert {one.pk for one in replaced} == {one.pk for one in old.values()}
    for one in [*replaced, *new.values()]:
        assert store().read_back(derivative_key(one.digest)) == one.digest
    assert store().read_back(original_key(item.digest)) == item.digest
    assert acts_on(item)[-1] == "playable"
    assert acts_on(item).count("remake_asked") == 1
    call_command("remake_copies", stdout=said)
    assert said.getvalue().strip().endswith("0 items are being made anew.")


def test_asking_twice_is_one_act_and_a_second_worker_makes_nothing_twice(item: EvidenceItem) -> None:
    user = staff(Role.DETECTIVE, item.agency)
    for _time in range(2):
        remaking.remake_item(item=item, user=user)
    assert acts_on(item).count("remake_asked") == 1
    assert processing.make_playable(item_pk=item.pk)
    assert not processing.make_playable(item_pk=item.pk)
    assert Derivative.objects.in_use().filter(item=item).count() == len(in_use(item))


def test_a_remake_that_fails_leaves_what_plays(item: EvidenceItem, monkeypatch: pytest.MonkeyPatch) -> None:
    old = in_use(item)
    remaking.remake_item(item=item, user=staff(Role.DETECTIVE, item.agency))

    def refuse(*_: Any, **__: Any) -> None:
        raise Undecodable("codec")

    monkeypatch.setattr(processing, "make_working_copy", refuse)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.problem, item.remake_asked_at) == (ItemState.PLAYABLE, "", None)
    assert in_use(item)[DerivativeKind.WORKING_COPY] == old[DerivativeKind.WORKING_COPY]
    assert acts_on(item)[-1] == "remake_failed"


def test_a_remake_whose_decoder_dies_three_times_ends_and_leaves_what_plays(
    item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    remaking.remake_item(item=item, user=staff(Role.DETECTIVE, item.agency))

    def die(*_: Any, **__: Any) -> None:
        raise MediaInterrupted

    monkeypatch.setattr(processing, "make_working_copy", die)
    for _try in range(3):
        EvidenceItem.objects.filter(pk=item.pk).update(leased_until=None)
        processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.remake_asked_at) == (ItemState.PLAYABLE, None)
    assert acts_on(item)[-1] == "remake_failed"


def test_a_remake_whose_worker_died_three_times_is_found_and_ended(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(remake_asked_at=timezone.now(), attempts=3)
    assert working.record_if_stuck(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.remake_asked_at) == (ItemState.PLAYABLE, None)


def test_what_does_not_play_yet_comes_before_what_is_made_anew(item: EvidenceItem) -> None:
    remaking.remake_item(item=item, user=staff(Role.DETECTIVE, item.agency))
    waiting = sealed_item(clip("h264"))
    assert processing.make_next_playable()
    waiting.refresh_from_db()
    item.refresh_from_db()
    assert (waiting.state, item.remake_asked_at is None) == (ItemState.PLAYABLE, False)


def test_only_what_plays_is_made_anew_and_not_by_everybody(item: EvidenceItem) -> None:
    sealed = sealed_item(b"frames")
    with pytest.raises(WrongState):
        remaking.remake_item(item=sealed, user=staff(Role.DETECTIVE, sealed.agency))
    with pytest.raises(NotAllowed):
        remaking.remake_item(item=item, user=staff(Role.AUDITOR, item.agency))


def test_the_command_also_tries_what_nothing_read_before() -> None:
    item = sealed_item(b"MZ\x90\x00" + bytes(4000))
    assert processing.make_playable(item_pk=item.pk)
    EvidenceItem.objects.update(made_by=0)
    call_command("remake_copies", "--unplayable", stdout=StringIO())
    item.refresh_from_db()
    assert item.state == ItemState.SEALED


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_the_contact_strip_shows_all_of_the_film(codec: str) -> None:
    item = sealed_item(clip(codec, seconds=10))
    assert processing.make_playable(item_pk=item.pk)
    made = in_use(item)[DerivativeKind.STRIP]
    with Image.open(io.BytesIO(b"".join(store().open_range(derivative_key(made.digest), 0, made.size)))) as strip:
        assert strip.size == (1600, 720)
        # The last still is drawn: the film reaches into the last cell.
        last = strip.convert("L").crop((1290, 550, 1590, 710))
        assert last.getextrema()[1] > 60  # type: ignore[operator]


def test_the_strip_of_sparse_key_pictures_is_whole_too(tmp_path: Path) -> None:
    film = samples.video(
        tmp_path / "sparse.mp4",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "900",
        seconds=12,
    )
    item = sealed_item(film)
    assert processing.make_playable(item_pk=item.pk)
    made = in_use(item)[DerivativeKind.STRIP]
    with Image.open(io.BytesIO(b"".join(store().open_range(derivative_key(made.digest), 0, made.size)))) as strip:
        assert strip.convert("L").crop((1290, 550, 1590, 710)).getextrema()[1] > 60  # type: ignore[operator]
