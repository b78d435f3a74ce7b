"""Staff of another agency look at what a grant gives, and at nothing else."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.access.models import AccessEvent
from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import custody_of
from apps.ledger.models import Entry
from apps.sharing.models import Grant
from apps.sharing.services import revoke_grant
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.factories.sharing import (
    accepted_item,
    grant_of,
    over_by_a_second,
    playable_accepted,
    purpose_for_grant,
    reader_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> EvidenceItem:
    return playable_accepted()


class Reader:
    """A browser of somebody in the agency that the grant is for."""

    def __init__(self, grant: Grant, role: str = Role.DETECTIVE, *, purpose: bool = True) -> None:
        self.user, self.grant, self.client = reader_of(grant, role), grant, Client()
        sign_in(self.client, self.user)
        if purpose:
            purpose_for_grant(self.user, grant)

    def page(self, name: str, *ids: Any, post: dict[str, str] | None = None) -> Any:
        url = reverse(f"admin:sharing_grant_{name}", args=[self.grant.public_id, *ids])
        return self.client.get(url) if post is None else self.client.post(url, post)

    def video(self, item: EvidenceItem) -> str:
        """The address of the video on the item's page."""
        page = self.page("watch", item.public_id).content.decode()
        return re.search(r'<video[^>]* src="([^"]+)"', page)[1]


def test_a_look_asks_for_a_purpose_and_makes_an_entry(item):
    grant = grant_of(item)
    reader = Reader(grant, purpose=False)
    asked = reader.page("received")
    assert item.filename not in asked.content.decode()
    assert reader.page("watch", item.public_id).status_code == 303
    assert reader.page("purpose", post={"reason": "It may be the same car."}).status_code == 303
    assert item.filename in reader.page("received").content.decode()
    assert reader.page("watch", item.public_id).status_code == 200
    seen = Entry.objects.get(action="evidence_item.shared_viewed")
    assert (seen.actor.agency, seen.actor.role) == (grant.agreement.to_agency.short_name, Role.DETECTIVE)
    assert (seen.facts["grant"], seen.facts["purpose_kind"]) == (str(grant.public_id), "grant")
    assert AccessEvent.objects.get(entry=seen).subject_id == item.public_id
    assert grant.agreement.to_agency.short_name in custody_of(item)[-1].who


def test_the_video_is_sent_until_the_grant_is_over(item):
    grant = grant_of(item)
    reader = Reader(grant)
    video = reader.video(item)
    assert reader.client.get(video, headers={"Range": "bytes=0-9"}).status_code == 206
    assert Client().get(video).status_code == 404
    other = Reader(grant)
    assert other.client.get(video).status_code == 404
    over_by_a_second(grant.agreement)
    assert reader.client.get(video, headers={"Range": "bytes=0-9"}).status_code == 404
    assert reader.page("received").status_code == 404


def test_revoking_stops_an_open_page(item):
    grant = grant_of(item)
    reader = Reader(grant)
    video = reader.video(item)
    revoke_grant(grant=grant, user=staff(Role.SUPERVISOR, item.agency), reason="Over.")
    assert reader.client.get(video).status_code == 404
    token = video.rpartition("/")[2]
    assert reader.client.post(reverse("evidence:shared_renew"), {"token": token}).status_code == 404


def test_who_guesses_ids_of_items_finds_nothing(item):
    grant = grant_of(item)
    sibling = accepted_item(b"not given", sent_through=item.submission.invitation)
    reader = Reader(grant)
    answers = {reader.page("watch", one).status_code for one in (sibling.public_id, uuid4())}
    assert answers == {404}
    assert str(sibling.public_id) not in reader.page("received").content.decode()
    page = reader.client.get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
    assert page.status_code == 404  # the owning agency's own page stays shut
    assert not Entry.objects.filter(action="evidence_item.shared_viewed", subject_id=str(sibling.public_id)).exists()


def test_a_purpose_for_one_grant_opens_no_other(item):
    reader = Reader(grant_of(item))
    second = grant_of(accepted_item(b"another case"), agreement=None)
    reader.grant = second
    assert reader.page("received").status_code == 404


def test_a_second_grant_to_the_same_agency_asks_again(item):
    first = grant_of(item)
    reader = Reader(first)
    reader.grant = grant_of(item, agreement=first.agreement)
    assert item.filename not in reader.page("received").content.decode()


def test_saving_needs_the_grants_word(item):
    reader = Reader(grant_of(item))
    assert reader.page("save", item.public_id, post={}).status_code == 403
    assert not Entry.objects.filter(action="evidence_item.shared_saved").exists()


def test_a_working_copy_is_saved_and_recorded(item):
    reader = Reader(grant_of(item, downloads=True))
    answer = reader.page("save", item.public_id, post={})
    sent = reader.client.get(answer.url)
    assert sent["Content-Disposition"].startswith("attachment")
    assert len(b"".join(sent.streaming_content)) == item.derivatives.get(kind="working_copy").size
    assert Entry.objects.get(action="evidence_item.shared_saved").facts["thing"] == "working_copy"
    assert reader.page("save", item.public_id, post={"thing": "original"}).status_code == 403


def test_an_original_is_saved_as_it_was_sealed(item):
    reader = Reader(grant_of(item, downloads=True, originals=True))
    answer = reader.page("save", item.public_id, post={"thing": "original"})
    sent = b"".join(reader.client.get(answer.url).streaming_content)
    assert len(sent) == item.size


def test_an_analyst_watches_and_saves_nothing(item):
    reader = Reader(grant_of(item, downloads=True), Role.ANALYST)
    assert reader.page("watch", item.public_id).status_code == 200
    assert reader.page("save", item.public_id, post={}).status_code == 403


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.AUDITOR])
def test_other_roles_of_the_recipient_see_not_even_the_grant(item, role):
    grant = grant_of(item)
    reader = Reader(grant, role, purpose=False)
    assert reader.page("received").status_code in (403, 404)
    page = reader.client.get(reverse("admin:sharing_grant_changelist"))
    assert grant.code not in page.content.decode()


def test_a_recipient_does_not_read_the_owners_page_of_the_grant(item):
    reader = Reader(grant_of(item))
    assert reader.page("change").status_code == 404
    assert reader.page("revoke", post={"reason": "Mine."}).status_code == 404
