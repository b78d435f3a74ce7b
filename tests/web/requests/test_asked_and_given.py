"""What a partner was asked and what became of what was given: all of it, and nobody else's."""

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from apps.evidence.services.footage_access import open_footage
from apps.evidence.services.working import subject_of
from apps.footage_requests.models import Match
from apps.footage_requests.states import Answer, InvitationState, MatchState, Outcome, RequestState
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.partners.models import Membership
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"
    settings.SCRATCH_DIR = tmp_path / "scratch"
    (tmp_path / "evidence").mkdir()


def owner_of(partner):
    return Membership.objects.get(partner=partner).user


def body(client, page):
    return client.get(reverse(page)).content.decode()


def test_a_request_appears_with_its_agency_time_and_link(client):
    agency = AgencyFactory.create(name="Tallahassee Police Department")
    opened = open_request(agency)
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:requests")
    assert "Tallahassee Police Department" in page
    assert opened.request.code in page
    assert "Waits for your answer" in page
    assert reverse("footage_requests:invitation", args=[opened.invitation.public_id]) in page


def test_the_staffs_reason_and_case_are_not_the_partners_to_read(client):
    opened = open_request()
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:requests")
    assert opened.request.reason not in page
    assert opened.request.case.number not in page


def test_the_window_is_shown_in_the_requests_own_time_zone(client):
    opened = open_request()
    user = owner_of(opened.invitation.partner)
    user.time_zone = "Asia/Tokyo"
    user.save()
    sign_in(client, user)
    page = body(client, "web:requests")
    assert "(EST)" in page or "(EDT)" in page
    assert "JST" not in page


def test_an_answer_is_shown_and_may_still_be_changed(client):
    opened = open_request()
    Match.objects.filter(pk=opened.match.pk).update(state=MatchState.ANSWERED, answer=Answer.DECLINED)
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:requests")
    assert "declined" in page
    assert "Change my answer" in page


def test_a_request_that_is_over_offers_no_way_to_answer(client):
    opened = open_request()
    type(opened.request).objects.filter(pk=opened.request.pk).update(state=RequestState.EXPIRED)
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:requests")
    assert "No answer is needed" in page
    assert reverse("footage_requests:invitation", args=[opened.invitation.public_id]) not in page


def test_a_revoked_invitation_is_gone(client):
    opened = open_request()
    type(opened.invitation).objects.filter(pk=opened.invitation.pk).update(state=InvitationState.REVOKED)
    sign_in(client, owner_of(opened.invitation.partner))
    assert opened.request.code not in body(client, "web:requests")


def test_many_cameras_are_summed_up_by_their_answers(client):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, *(camera_at(partner, name=f"Door {n}") for n in range(7)))
    Match.objects.filter(pk=opened.matches[0].pk).update(state=MatchState.ANSWERED, answer=Answer.NONE)
    sign_in(client, user)
    page = body(client, "web:requests")
    assert "Door" not in page
    assert "6 cameras" in page
    assert "1 camera<" in page


def test_what_waits_for_an_answer_stands_first(client):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    camera = camera_at(partner)
    waiting, answered = open_request(agency, camera), open_request(agency, camera)
    Match.objects.filter(pk=answered.match.pk).update(state=MatchState.ANSWERED, answer=Answer.NONE)
    sign_in(client, user)
    page = body(client, "web:requests")
    assert page.index(waiting.request.code) < page.index(answered.request.code)


def test_open_requests_stand_before_old_ones(client):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    camera = camera_at(partner)
    old, current = open_request(agency, camera), open_request(agency, camera)
    type(current.request).objects.filter(pk=current.request.pk).update(state=RequestState.CLOSED)
    sign_in(client, user)
    page = body(client, "web:requests")
    assert page.index(old.request.code) < page.index(current.request.code)


def test_a_gift_is_listed_with_digest_receipt_and_every_act(client):
    opened = open_request()
    item = sealed_item(b"video of the street", sent_through=opened.invitation)
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:given")
    assert item.digest[:16] in page
    assert reverse("evidence:receipt", args=[item.submission.public_id]) in page
    assert "stored under its digest, read back and locked" in page
    assert "Staff viewed it 0 times." in page


def test_the_owner_sees_each_access_with_role_agency_and_ground(client):
    agency = AgencyFactory.create(short_name="TPD")
    opened = open_request(agency)
    item = sealed_item(b"video of the street", sent_through=opened.invitation)
    detective = opened.author
    purpose = purpose_for_case(detective, item)
    for _ in range(2):
        open_footage(user=detective, item=item, purpose=purpose, session_key="s")
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:given")
    assert "Staff viewed it 2 times." in page
    assert "detective, TPD" in page
    assert "Ground: a case." in page
    assert "(EST)" in page or "(EDT)" in page
    assert detective.name not in page
    assert detective.email not in page


def test_outcome_and_packages_are_told_beside_the_file(client):
    opened = open_request()
    item = sealed_item(b"video of the street", sent_through=opened.invitation)
    ledger.record("evidence_item.packaged", subject_of(item), Actor.system("disclosure"))
    type(opened.request).objects.filter(pk=opened.request.pk).update(
        state=RequestState.CLOSED, outcome=Outcome.FOOTAGE, ended_at=timezone.now()
    )
    sign_in(client, owner_of(opened.invitation.partner))
    page = body(client, "web:given")
    assert f"Request {opened.request.code}: <strong>footage was received" in page
    assert "It was put into a package to hand over." in page


def test_gifts_of_others_are_not_shown(client):
    opened = open_request()
    item = sealed_item(b"video of the street", sent_through=opened.invitation)
    stranger, _partner = registrant(opened.agency)
    sign_in(client, stranger)
    for page in ("web:given", "web:requests"):
        shown = body(client, page)
        assert item.submission.code not in shown
        assert opened.request.code not in shown
        assert item.digest[:16] not in shown


def test_a_gift_stays_in_sight_after_leaving(client):
    opened = open_request()
    item = sealed_item(b"video of the street", sent_through=opened.invitation)
    sign_in(client, owner_of(opened.invitation.partner))
    client.post(reverse("web:leave"), {"sure": "on"})
    assert item.digest[:16] in body(client, "web:given")


def test_the_number_of_queries_does_not_grow_with_what_was_given(client, django_assert_max_num_queries):
    opened = open_request()
    for n in range(4):
        sealed_item(b"video %d" % n, sent_through=opened.invitation)
    sign_in(client, owner_of(opened.invitation.partner))
    body(client, "web:given")  # the first page of a session is written down
    with django_assert_max_num_queries(10):  # one asks for whom the person acts, one whether terms are announced
        body(client, "web:given")
