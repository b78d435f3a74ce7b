"""Stills and clips: the very pictures that were chosen, from the original; who asks, who takes, and what dies when."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.evidence import tasks
from apps.evidence.models import Derivative, EvidenceItem, Excerpt
from apps.evidence.selectors import purpose_for
from apps.evidence.services import excerpts, removal, working
from apps.evidence.services.excerpts import ask_excerpt, get_excerpt_for, make_excerpt
from apps.evidence.states import DerivativeKind, ExcerptState, ItemState
from apps.evidence.storage import StoreError, StoreUnavailable, derivative_key, store
from apps.ledger import selectors as ledger
from apps.media.errors import MediaInterrupted, Undecodable
from apps.partners.models import Membership
from tests.factories.clips import clip
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.numbered import BLOCK_HEIGHT, BLOCK_WIDTH, COLUMNS, FILMS, NUMBER_BITS, Film, numbered, numbers_in
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def bytes_of(made: Derivative) -> bytes:
    return b"".join(store().open_range(derivative_key(made.digest), 0, made.size))


def written(made: Derivative, folder: Path) -> Path:
    path = folder / f"{made.public_id}.bin"
    path.write_bytes(bytes_of(made))
    return path


def number_in(path: Path) -> int:
    """The number that a still carries."""
    with Image.open(path) as picture:
        gray = picture.convert("L")
        number = 0
        for bit in range(NUMBER_BITS):
            row, column = divmod(bit, COLUMNS)
            at = int((column + 0.5) * BLOCK_WIDTH), int((row + 0.5) * BLOCK_HEIGHT)
            number |= (gray.getpixel(at) > 127) << bit
    return number


def asked(item: EvidenceItem, user, kind="still", pictures=(10, 10)) -> Excerpt:
    return ask_excerpt(
        item=item,
        case=item.submission.case,
        kind=kind,
        pictures=pictures,
        user=user,
        purpose=purpose_for(user, item),
    )


def looking(item: EvidenceItem, role=Role.DETECTIVE):
    person = staff(role, item.agency)
    purpose_for_case(person, item)
    return person


def made_of(excerpt: Excerpt) -> Derivative:
    assert make_excerpt(pk=excerpt.pk)
    excerpt.refresh_from_db()
    assert excerpt.state == ExcerptState.MADE, excerpt.problem
    assert excerpt.made is not None
    return excerpt.made


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
def test_stills_and_clips_hold_the_pictures_that_were_chosen(film: Film, tmp_path: Path) -> None:
    item = playable_item(numbered(film))
    person = looking(item)
    shown = numbers_in(written(item.derivatives.get(kind=DerivativeKind.WORKING_COPY), tmp_path))
    for picture in (0, 1, 157, 199, 200, 201, len(shown) - 1):
        still = made_of(asked(item, person, pictures=(picture, picture)))
        assert number_in(written(still, tmp_path)) == shown[picture], (film.name, picture)
    for first, last in ((0, 5), (150, 210), (len(shown) - 4, len(shown) - 1)):
        cut = made_of(asked(item, person, "clip", (first, last)))
        found = numbers_in(written(cut, tmp_path))
        assert (found[0], found[-1]) == (shown[first], shown[last]), (film.name, first, last, found)
        assert found == sorted(found)


def test_it_is_a_derivative_with_an_entry_of_its_own_and_made_once() -> None:
    item = playable_item(clip("h264", seconds=10))
    person = looking(item)
    excerpt = asked(item, person)
    assert asked(item, person) == excerpt
    made = made_of(excerpt)
    assert asked(item, looking(item)) == excerpt
    assert not make_excerpt(pk=excerpt.pk)
    entry = [one for one in ledger.entries_for(working.subject_of(item)) if one.action.endswith("excerpt_made")][0]
    assert entry.facts["digest"] == made.digest
    assert entry.facts["original"] == item.digest
    assert made.kind == "still"
    assert not item.derivatives.in_use().filter(kind="still").exists()
    second = made_of(asked(item, person, pictures=(20, 20)))
    assert second.pk != made.pk


def test_who_may_not_look_may_not_ask() -> None:
    item = playable_item(clip("h264", seconds=10))
    without_reason = staff(Role.DETECTIVE, item.agency)
    with pytest.raises(NotAllowed):
        asked(item, without_reason)
    for person in (staff(Role.DETECTIVE), staff(Role.AUDITOR, item.agency)):
        with pytest.raises(NotFound):
            asked(item, person)
    person = looking(item)
    for pictures in ((250, 250), (9, 5)):
        with pytest.raises(InvalidInput):
            asked(item, person, "clip", pictures)
    with pytest.raises(InvalidInput):
        asked(item, person, "film")
    assert not Excerpt.objects.exists()


def test_a_download_is_an_access_and_a_giver_gets_none() -> None:
    item = playable_item(clip("h264", seconds=10))
    person = looking(item)
    excerpt = asked(item, person)
    address = reverse("admin:evidence_evidenceitem_excerpt", args=[excerpt.public_id])
    client = sign_in(Client(), person)
    assert client.post(address).status_code == 302  # not made yet: back to the item, in words
    made = made_of(excerpt)
    answer = client.post(address)
    sent = client.get(answer["Location"])
    assert b"".join(sent.streaming_content) == bytes_of(made)
    assert sent["Content-Disposition"].startswith("attachment; filename=")
    acts = [one.action for one in ledger.entries_for(working.subject_of(item))]
    assert acts.count("evidence_item.excerpt_downloaded") == 1
    analyst = sign_in(Client(), looking(item, Role.ANALYST))
    assert analyst.post(address).status_code in (302, 403)
    assert acts == [one.action for one in ledger.entries_for(working.subject_of(item))]
    owner = Membership.objects.filter(partner=item.submission.partner)[0].user
    cache.clear()
    assert sign_in(Client(), owner).post(address).status_code in (302, 403, 404)
    with pytest.raises(NotFound):
        get_excerpt_for(owner, excerpt.public_id)
    assert sign_in(Client(), owner).get(answer["Location"]).status_code == 404


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), MediaInterrupted("killed"), OSError("full")])
def test_what_is_not_the_files_fault_waits_and_is_swept(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    item = playable_item(clip("h264", seconds=10))
    excerpt = asked(item, looking(item))

    def broken(*_args: object, **_named: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(excerpts, "make_still", broken)
        assert not make_excerpt(pk=excerpt.pk)
    excerpt.refresh_from_db()
    assert (excerpt.state, excerpt.attempts) == (ExcerptState.ASKED, 0)
    assert excerpts.due_excerpts() == []
    Excerpt.objects.update(leased_until=None)
    assert excerpts.due_excerpts() == [excerpt.pk]
    tasks.make_excerpt(excerpt.pk)
    excerpt.refresh_from_db()
    assert excerpt.state == ExcerptState.MADE


def test_what_cannot_be_decoded_fails_in_words_and_may_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    item = playable_item(clip("h264", seconds=10))
    person = looking(item)
    excerpt = asked(item, person)

    def broken(*_args: object, **_named: object) -> None:
        raise Undecodable("no_result")

    with monkeypatch.context() as patch:
        patch.setattr(excerpts, "make_still", broken)
        assert make_excerpt(pk=excerpt.pk)
    excerpt.refresh_from_db()
    assert (excerpt.state, excerpt.problem) == (ExcerptState.FAILED, "no_result")
    again = asked(item, person)
    assert again.pk != excerpt.pk
    made_of(again)


def test_one_whose_workers_died_three_times_is_given_up() -> None:
    item = playable_item(clip("h264", seconds=10))
    excerpt = asked(item, looking(item))
    Excerpt.objects.update(attempts=3)
    assert excerpts.due_excerpts() == []
    excerpt.refresh_from_db()
    assert excerpt.state == ExcerptState.FAILED


def test_nothing_is_made_of_what_may_not_be_opened_and_disposal_takes_the_bytes() -> None:
    item = playable_item(clip("h264", seconds=10))
    person = looking(item)
    made = made_of(asked(item, person))
    late = asked(item, person, pictures=(20, 20))
    item.refresh_from_db()
    removal.start_removal(item)
    assert make_excerpt(pk=late.pk)
    late.refresh_from_db()
    assert late.state == ExcerptState.FAILED
    removals = removal.due_removals()
    assert removal.remove_objects(pk=removals[0])
    with pytest.raises(StoreError):
        bytes_of(made)
    assert EvidenceItem.objects.get(pk=item.pk).state == ItemState.DISPOSED
