"""The item's pages: asks for the purpose, records the look, shows player, facts, digest and custody."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.access.models import Purpose, PurposeKind
from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, working
from apps.evidence.states import Triage
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from apps.partners.models import Membership
from tests.factories.evidence import received_item
from tests.factories.footage_requests import open_request
from tests.factories.items import playable_item, purpose_for_case, sealed_item
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

NO_VIDEO = b"PK\x03\x04" + bytes(400)


def page_of(item: EvidenceItem, act: str = "change") -> str:
    return reverse(f"admin:evidence_evidenceitem_{act}", args=[item.public_id])


def looks_at(item: EvidenceItem) -> int:
    return sum(e.action == "evidence_item.viewed" for e in ledger.entries_for(working.subject_of(item)))


def signed_in(role: str, item: EvidenceItem) -> Client:
    return sign_in(Client(), staff(role, item.agency))


def test_without_a_purpose_the_page_asks_for_one_and_shows_no_footage() -> None:
    item = playable_item()
    page = signed_in(Role.DETECTIVE, item).get(page_of(item)).content.decode()
    assert "Before you get access" in page
    assert item.submission.case.number in page
    assert "/media/" not in page
    assert looks_at(item) == 0


def test_giving_the_purpose_opens_the_player_and_records_one_access() -> None:
    item = playable_item()
    client = signed_in(Role.DETECTIVE, item)
    response = client.post(page_of(item, "purpose"), {"reason": "Looking for the gray car."}, follow=True)
    page = response.content.decode()
    purpose = Purpose.objects.get()
    assert (purpose.kind, purpose.case) == (PurposeKind.CASE, item.submission.case)
    assert "<video" in page
    assert looks_at(item) == 1
    source = re.search(r'<video[^>]* src="([^"]+)"', page)
    assert source is not None
    assert client.get(source[1], headers={"Range": "bytes=0-99"}).status_code == 206
    assert "The footage was viewed." in page
    assert "not yet sequenced" in page


def test_a_purpose_without_a_reason_is_asked_for_again() -> None:
    item = playable_item()
    client = signed_in(Role.DETECTIVE, item)
    response = client.post(page_of(item, "purpose"), {"reason": "  "})
    assert response.status_code == 422
    assert "Before you get access" in response.content.decode()
    assert not Purpose.objects.exists()


def test_a_purpose_for_another_case_does_not_open_this_one() -> None:
    item, other = playable_item(), sealed_item(b"other")
    EvidenceItem.objects.filter(pk=other.pk).update(agency=item.agency)
    other.submission.case.agency = item.agency
    other.submission.case.save()
    detective = staff(Role.DETECTIVE, item.agency)
    other.refresh_from_db()
    purpose_for_case(detective, other)
    page = sign_in(Client(), detective).get(page_of(item)).content.decode()
    assert "Before you get access" in page
    assert looks_at(item) == 0


def test_a_reason_to_see_video_opens_no_street_address() -> None:
    item = playable_item(sent_through=open_request().invitation)
    client = signed_in(Role.DETECTIVE, item)
    client.post(page_of(item, "purpose"), {"reason": "Looking for the gray car."})
    asked = item.submission.invitation.request
    request = reverse("admin:footage_requests_footagerequest_change", args=[asked.public_id])
    page = client.get(request).content.decode()
    assert "Why do you need to see where the cameras are?" in page
    assert not Entry.objects.filter(action="request.cameras_viewed").exists()
    client.post(
        reverse("admin:footage_requests_footagerequest_purpose", args=[asked.public_id]), {"reason": "Door to door"}
    )
    client.get(request)
    assert Entry.objects.filter(action="request.cameras_viewed").count() == 1


def test_a_custodian_may_name_a_records_duty_and_a_detective_may_not() -> None:
    item = playable_item()
    custodian, detective = signed_in(Role.RECORDS_CUSTODIAN, item), signed_in(Role.DETECTIVE, item)
    duty = {"reason": "Yearly check of the archive.", "kind": "records_duty"}
    assert "<video" in custodian.post(page_of(item, "purpose"), duty, follow=True).content.decode()
    assert "<video" not in detective.post(page_of(item, "purpose"), duty, follow=True).content.decode()


def test_an_auditor_sees_facts_and_custody_but_no_pictures() -> None:
    item = playable_item()
    page = signed_in(Role.AUDITOR, item).get(page_of(item)).content.decode()
    assert item.digest in page
    assert "H.264" in page
    assert "The original was stored under its digest" in page
    assert "/media/" not in page
    assert looks_at(item) == 0


def test_other_agencies_and_program_managers_find_nothing() -> None:
    item = playable_item()
    for client in (
        sign_in(Client(), staff(Role.DETECTIVE, AgencyFactory.create())),
        signed_in(Role.PROGRAM_MANAGER, item),
    ):
        assert client.get(page_of(item)).status_code == 404
        for act in ("purpose", "original", "accept", "return", "retry"):
            assert client.post(page_of(item, act), {"reason": "Because I say so."}).status_code == 404, act
    assert Client().get(page_of(item)).status_code == 302


def test_the_list_shows_one_agencys_items_and_leads_by_public_id() -> None:
    mine, others = playable_item(), sealed_item(b"other")
    listing = reverse("admin:evidence_evidenceitem_changelist")
    page = signed_in(Role.DETECTIVE, mine).get(listing).content.decode()
    assert page_of(mine) in page
    assert str(others.public_id) not in page
    assert "/media/" not in page


def test_the_list_needs_the_same_few_queries_at_any_length() -> None:
    item = sealed_item(b"one")
    client = signed_in(Role.DETECTIVE, item)
    counts = []
    for number in range(4):
        sealed_item(f"frames {number}".encode(), sent_through=item.submission.invitation)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admin:evidence_evidenceitem_changelist"))
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1
    assert counts[-1] <= 7


def test_an_unplayable_item_says_why_and_offers_the_original() -> None:
    item = sealed_item(NO_VIDEO)
    processing.make_playable(item_pk=item.pk)
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    client = sign_in(Client(), detective)
    page = client.get(page_of(item)).content.decode()
    assert "The file is an archive." in page
    assert "Take a copy of the original" in page
    assert looks_at(item) == 0, "nothing was shown, so nobody looked"
    response = client.post(page_of(item, "original"), follow=True)
    assert b"".join(response.streaming_content) == NO_VIDEO  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")
    assert ledger.entries_for(working.subject_of(item))[-1].action == "evidence_item.original_downloaded"


def test_the_original_is_not_sent_without_a_purpose() -> None:
    item = playable_item()
    response = signed_in(Role.DETECTIVE, item).post(page_of(item, "original"), follow=True)
    assert "Please say first why" in response.content.decode()
    assert all(e.action != "evidence_item.original_downloaded" for e in ledger.entries_for(working.subject_of(item)))


def test_a_senders_digest_that_differs_is_shown_as_a_problem() -> None:
    item = sealed_item(b"frames")
    EvidenceItem.objects.filter(pk=item.pk).update(client_digest="f" * 64)
    page = signed_in(Role.AUDITOR, item).get(page_of(item)).content.decode()
    assert "computed another digest" in page
    assert "f" * 64 in page


def test_accept_and_return_through_the_page() -> None:
    item = playable_item()
    client = signed_in(Role.DETECTIVE, item)
    client.post(page_of(item, "accept"))
    item.refresh_from_db()
    assert item.triage == Triage.ACCEPTED
    assert client.post(page_of(item, "return"), {"reason": ""}).status_code == 422
    client.post(page_of(item, "return"), {"reason": "It shows another street."})
    item.refresh_from_db()
    assert (item.triage, item.triage_reason) == (Triage.RETURNED, "It shows another street.")


def test_a_waiting_page_learns_that_something_is_new() -> None:
    item = received_item(b"frames")
    client = signed_in(Role.DETECTIVE, item)
    assert "data-waits" in client.get(page_of(item)).content.decode()
    before = client.get(page_of(item, "state")).json()
    EvidenceItem.objects.filter(pk=item.pk).update(problem="stopped_three_times")
    assert client.get(page_of(item, "state")).json() != before


def test_no_inline_script_or_style_stands_on_the_page() -> None:
    item = playable_item()
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    page = sign_in(Client(), detective).get(page_of(item)).content.decode()
    body = page[page.index("<article") : page.index("</article>")]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script|<style", body)


def test_the_owner_sees_state_digest_and_every_access_without_names() -> None:
    item = playable_item()
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    sign_in(Client(), detective).get(page_of(item))
    owner = Membership.objects.get(partner=item.submission.partner).user
    page = sign_in(Client(), owner).get(reverse("evidence:item", args=[item.public_id])).content.decode()
    assert item.digest in page
    assert "The footage was viewed." in page
    assert f"detective, {item.agency.short_name}" in page
    assert detective.name not in page


def test_the_owners_page_is_for_the_owner() -> None:
    item = sealed_item(b"frames")
    address = reverse("evidence:item", args=[item.public_id])
    stranger = Membership.objects.get(partner=sealed_item(b"other").submission.partner).user
    assert sign_in(Client(), stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert signed_in(Role.DETECTIVE, item).get(address)["Location"] == page_of(item)
