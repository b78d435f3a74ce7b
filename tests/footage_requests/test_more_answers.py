"""Ask me by phone, never for this kind, legal process; and a new letter for who cannot open the old one."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests.access import accepts_uploads
from apps.footage_requests.models import Invitation, KindRefusal, Match
from apps.footage_requests.policies import still_askable
from apps.footage_requests.services import (
    AnswerGiven,
    allow_kind_again,
    answer_matches,
    ask_again,
    close_request,
    keep_footage,
)
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.models import MemberRole
from tests.factories.actors import actor_for
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import link_of, post_secret
from tests.factories.people import AgencyFactory, member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture
def asked():
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    camera = camera_at(partner)
    return owner, partner, camera, open_request(agency, camera)


def answer(opened, words, **more):
    given = {opened.match.public_id: AnswerGiven(words, **more)}
    return answer_matches(invitation=opened.invitation, answers=given, actor=SYSTEM)


def body_of(response):
    """What the page says, without its nonces."""
    return re.search(r"<h1>.*?</main>", response.content.decode(), re.S)[0]


def test_never_for_this_kind_declines_and_the_next_such_request_leaves_the_partner_out(asked):
    owner, partner, camera, opened = asked
    answer(opened, "never")
    answer(opened, "never", note="Really.")
    assert KindRefusal.objects.count() == 1
    entry = Entry.objects.filter(action="request.answered").order_by("pk").first()
    assert entry.facts["refused_kind"] == "burglary"
    assert not Match.objects.filter(request=open_request(opened.agency, camera).request).exists()
    assert Match.objects.filter(request=open_request(opened.agency, camera, incident_type="robbery").request).exists()
    assert not still_askable(Invitation.objects.filter(pk=opened.invitation.pk)).exists()


def test_an_owner_takes_that_back_and_a_responder_or_another_partner_cannot(asked):
    owner, partner, camera, opened = asked
    answer(opened, "never")
    refusal = KindRefusal.objects.get()
    helper, (other, others) = member(partner, MemberRole.RESPONDER), registrant(opened.agency)
    with pytest.raises(NotAllowed):
        allow_kind_again(partner=partner, refusal=refusal, user=helper, actor=actor_for(helper))
    with pytest.raises(NotFound):
        allow_kind_again(partner=others, refusal=refusal, user=other, actor=actor_for(other))
    client = sign_in(Client(), owner)
    allow = reverse("web:allow_kind", args=[refusal.public_id])
    assert allow in client.get(reverse("web:consents")).content.decode()
    for _ in range(2):
        assert client.post(allow).status_code == 302
    assert Entry.objects.filter(action="partner.kind_allowed_again").count() == 1
    assert Match.objects.filter(request=open_request(opened.agency, camera).request).exists()
    answer(opened, "has_footage")
    answer(opened, "never")
    assert KindRefusal.objects.count() == 2


def test_who_wants_to_be_called_may_still_send_and_keep_and_legal_process_takes_no_file(asked):
    opened = asked[3]
    answer(opened, "call_me", note="After six.")
    assert accepts_uploads(opened.invitation)
    keep_footage(invitation=opened.invitation, actor=SYSTEM)
    answer(opened, "legal")
    assert not accepts_uploads(opened.invitation)
    assert Match.objects.get().kept_at is not None
    answer(opened, "none")
    assert Match.objects.get().kept_at is None


@pytest.mark.parametrize("words", ["none", "declined", "never", "legal"])
def test_no_such_answer_stands_beside_a_file_that_arrived(asked, words, settings, tmp_path):
    settings.EVIDENCE_URL, settings.STAGING_DIR = f"file://{tmp_path}/evidence", tmp_path / "staging"
    opened = asked[3]
    answer(opened, "has_footage")
    received_item(b"video", sent_through=opened.invitation)
    with pytest.raises(WrongState):
        answer(opened, words)
    assert not KindRefusal.objects.exists()
    answer(opened, "call_me")


def test_a_camera_was_not_recording_or_was_moved_and_nonsense_is_refused(asked):
    opened = asked[3]
    for reason in ("no_recording", "moved"):
        answer(opened, "unavailable", unavailable_reason=reason)
    assert Match.objects.get().unavailable_reason == "moved"
    with pytest.raises(InvalidInput):
        answer(opened, "perhaps")


def test_the_page_offers_them(asked, client):
    opened = asked[3]
    post_secret(client, "invitation", opened.invitation.public_id, opened.token())
    page = reverse("footage_requests:invitation", args=[opened.invitation.public_id])
    assert client.post(page, {"all": "legal"}).url == reverse(
        "footage_requests:thanks", args=[opened.invitation.public_id]
    )
    assert Match.objects.get().answer == "legal"


def test_a_new_letter_goes_to_the_address_on_file_with_the_same_link_three_times_a_day(asked, client):
    owner, _partner, _camera, opened = asked
    page = reverse("footage_requests:again", args=[opened.invitation.public_id])
    landing = client.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    assert page in landing
    before = link_of(opened.invitation.public_id).generation
    said = {body_of(client.post(page)) for _ in range(4)}
    letters = Message.objects.filter(kind="footage_request.again")
    assert {one.recipient for one in letters} == {owner.email}
    assert opened.token() in letters[0].words.text
    assert link_of(opened.invitation.public_id).generation == before
    assert Entry.objects.filter(action="invitation.asked_again").count() == 3
    never = body_of(client.post(reverse("footage_requests:again", args=[opened.match.public_id])))
    assert len(said) == 1
    assert never in said


def test_no_new_letter_for_what_has_ended_or_was_refused(asked):
    opened = asked[3]
    answer(opened, "never")
    assert not ask_again(public_id=opened.invitation.public_id, actor=SYSTEM)
    KindRefusal.objects.all().update(ended_at=opened.request.created_at)
    close_request(user=opened.author, request=opened.request, outcome="not_needed", actor=actor_for(opened.author))
    assert not ask_again(public_id=opened.invitation.public_id, actor=SYSTEM)
    assert not Message.objects.filter(kind="footage_request.again").exists()
