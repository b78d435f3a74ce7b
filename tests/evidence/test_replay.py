"""A giver plays the own file: the working copy through `/media/`, recorded, and nobody else's."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.evidence.media_tokens import ORIGINAL, make_token
from apps.evidence.models import EvidenceItem
from apps.evidence.services import footage_access, working
from apps.evidence.states import ItemState
from apps.ledger import selectors as ledger
from apps.partners.models import Membership
from tests.factories.items import playable_item
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item() -> EvidenceItem:
    return playable_item()


def owner_of(item: EvidenceItem) -> Membership:
    return Membership.objects.get(partner=item.submission.partner)


def replays_of(item: EvidenceItem) -> int:
    return sum(e.action == "evidence_item.replayed" for e in ledger.entries_for(working.subject_of(item)))


def source_in(page: str, tag: str) -> str:
    found = re.search(rf'<{tag}[^>]* src="(/media/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_playing_it_is_one_entry_and_opens_the_working_copy(item: EvidenceItem) -> None:
    client = sign_in(Client(), owner_of(item).user)
    page = client.post(reverse("evidence:replay", args=[item.public_id])).content.decode()
    answer = client.get(source_in(page, "video"), headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert "Its giver played the file." in page
    assert replays_of(item) == 1


def test_the_small_picture_of_each_file_stands_in_the_list(item: EvidenceItem) -> None:
    client = sign_in(Client(), owner_of(item).user)
    page = client.get(reverse("web:given")).content.decode()
    assert client.get(source_in(page, "img"))["Content-Type"] == "image/jpeg"
    assert replays_of(item) == 0


@pytest.mark.parametrize("lost", ["membership", "account", "quarantine", "restriction"])
def test_each_range_asks_again_whether_it_is_still_the_persons_own(item: EvidenceItem, lost: str) -> None:
    membership = owner_of(item)
    client = sign_in(Client(), membership.user)
    source = source_in(client.post(reverse("evidence:replay", args=[item.public_id])).content.decode(), "video")
    if lost == "membership":
        Membership.objects.filter(pk=membership.pk).update(ended_at=timezone.now())
    elif lost == "account":
        membership.user.is_active = False
        membership.user.save()
    elif lost == "restriction":
        EvidenceItem.objects.filter(pk=item.pk).update(restricted_at=timezone.now())
    else:
        EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.QUARANTINED)
    assert client.get(source, headers={"Range": "bytes=0-1"}).status_code == 404


def test_strangers_and_staff_do_not_get_in_by_this_door(item: EvidenceItem) -> None:
    address = reverse("evidence:replay", args=[item.public_id])
    stranger, _partner = registrant(item.agency)
    for client in (sign_in(Client(), stranger), sign_in(Client(), staff(agency=item.agency))):
        assert client.post(address).status_code == 404
    assert replays_of(item) == 0


def test_a_givers_access_never_opens_the_original(item: EvidenceItem) -> None:
    user = owner_of(item).user
    client = sign_in(Client(), user)
    access = footage_access.own_access(user=user, item=item, session_key=client.session.session_key)
    assert client.get(f"/media/{make_token(access.for_thing(ORIGINAL))}").status_code == 404
    assert client.get(f"/media/{make_token(access.for_thing('poster'))}").status_code == 200


def test_a_token_of_a_giver_opens_nothing_for_another_session(item: EvidenceItem) -> None:
    user = owner_of(item).user
    first, second = sign_in(Client(), user), sign_in(Client(), user)
    source = source_in(first.post(reverse("evidence:replay", args=[item.public_id])).content.decode(), "video")
    assert second.get(source).status_code == 404


def test_a_file_in_quarantine_shows_no_picture_and_no_player(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.QUARANTINED)
    client = sign_in(Client(), owner_of(item).user)
    for page in (reverse("web:given"), reverse("evidence:item", args=[item.public_id])):
        assert "/media/" not in client.get(page).content.decode()
    assert client.post(reverse("evidence:replay", args=[item.public_id])).status_code == 404
