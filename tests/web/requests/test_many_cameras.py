"""A partner with many cameras: what is urgent, sites, names, one answer for a whole site, the calendar."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import place_fields
from apps.footage_requests.models import Match, Response
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer, InvitationState, MatchState
from apps.geo import Sector
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.footage_requests import CENTER, camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def chain(sites: int, cameras: int):
    """A business with so many sites and cameras at each, all asked by one request."""
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    made = []
    for number in range(sites):
        site = Site.objects.create(partner=partner, name=f"Shop {number + 1}", address=f"{number} Secret Lane")
        for position in range(cameras):
            camera = Camera.objects.create(
                site=site, name=("Till" if position == 0 else f"Aisle {position}"), state="active", retention_hours=168
            )
            CameraPlace.objects.create(camera=camera, **place_fields(Sector(CENTER[1], CENTER[0], 0, 90, 40)))
            made.append(camera)
    opened = open_request(agency, *made)
    type(opened.invitation).objects.update(state=InvitationState.SENT)
    return user, opened


def address(opened, name="cameras"):
    return reverse(f"footage_requests:{name}", args=[opened.invitation.public_id])


def test_what_is_overwritten_first_stands_first(client):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    camera = camera_at(partner)
    late, soon, gone = (open_request(agency, camera) for _ in range(3))
    type(late.invitation).objects.update(state=InvitationState.SENT)
    for opened, hours in ((late, 30), (soon, 5), (gone, -1)):
        Match.objects.filter(request=opened.request).update(overwrite_deadline=timezone.now() + timedelta(hours=hours))
    sign_in(client, user)
    page = client.get(reverse("web:requests")).content.decode()
    places = [page.index(opened.request.code) for opened in (soon, late, gone)]
    assert places == sorted(places)
    assert "4 h" in page or "5 h" in page


def test_many_cameras_are_counted_by_site_and_not_listed(client):
    user, opened = chain(3, 5)
    sign_in(client, user)
    page = client.get(address(opened, "invitation")).content.decode()
    assert "15 cameras at 3 sites." in page
    assert "Aisle 1" not in page
    page = client.get(address(opened)).content.decode()
    assert "15 of 15 cameras wait for your answer." in page
    assert "Shop 3" in page


def test_one_answer_for_a_site_is_one_act_and_keeps_what_was_answered(client):
    user, opened = chain(3, 5)
    site = Site.objects.order_by("pk").first()
    till = Match.objects.get(camera__site=site, camera=Camera.objects.filter(site=site).order_by("pk").first())
    answer_matches(
        invitation=opened.invitation,
        answers={till.public_id: AnswerGiven(Answer.HAS_FOOTAGE)},
        actor=Actor.invitation(opened.invitation.public_id),
    )
    sign_in(client, user)
    answer = client.post(address(opened), {"answer": "none", "site": str(site.public_id)})
    assert answer.status_code == 303
    till.refresh_from_db()
    assert till.answer == Answer.HAS_FOOTAGE
    assert Match.objects.filter(camera__site=site, answer=Answer.NONE).count() == 4
    assert Match.objects.filter(answer="").count() == 10
    entries = Entry.objects.filter(action="request.answered").order_by("pk")
    assert [len(entry.facts["answers"]) for entry in entries] == [1, 4]
    page = client.get(address(opened)).content.decode()
    assert "Saved for 4 cameras." in page
    assert "10 of 15 cameras wait for your answer." in page


def test_the_last_answer_leads_to_the_thanks_and_saying_it_again_is_refused(client):
    user, opened = chain(2, 7)
    sign_in(client, user)
    answer = client.post(address(opened), {"answer": "none"})
    assert answer.url == address(opened, "thanks")
    assert "You answered for 14 cameras." in client.get(answer.url).content.decode()
    again = client.post(address(opened), {"answer": "declined"})
    assert again.status_code == 422
    assert Response.objects.count() == 14


def test_an_answer_that_came_meanwhile_is_not_overwritten():
    _user, opened = chain(1, 2)
    first, second = opened.matches
    actor = Actor.invitation(opened.invitation.public_id)
    answer_matches(
        invitation=opened.invitation, answers={first.public_id: AnswerGiven(Answer.HAS_FOOTAGE)}, actor=actor
    )
    both = {match.public_id: AnswerGiven(Answer.NONE) for match in (first, second)}
    answer_matches(invitation=opened.invitation, answers=both, open_only=True, actor=actor)
    answers = list(Match.objects.order_by("pk").values_list("answer", flat=True))
    assert answers == [Answer.HAS_FOOTAGE, Answer.NONE]


def test_unavailable_for_a_site_needs_its_reason(client):
    user, opened = chain(2, 7)
    sign_in(client, user)
    refused = client.post(address(opened), {"answer": "unavailable"})
    assert refused.status_code == 422
    assert "Say why the video is unavailable." in refused.content.decode()
    assert not Match.objects.exclude(state=MatchState.INVITED).filter(state=MatchState.ANSWERED).exists()
    assert client.post(address(opened), {"answer": "unavailable", "reason": "broken"}).status_code == 303


def test_cameras_are_found_by_name_and_answered_one_by_one(client):
    user, opened = chain(2, 7)
    sign_in(client, user)
    page = client.get(address(opened), {"q": "till shop 2"}).content.decode()
    assert page.count("<legend") == 1
    assert "No camera has such a name." in client.get(address(opened), {"q": "roof"}).content.decode()
    one = opened.matches[0]
    assert client.post(address(opened), {f"answer-{one.public_id}": "none"}).status_code == 303
    assert Match.objects.filter(answer=Answer.NONE).count() == 1


def test_nobody_else_opens_the_page(client):
    _user, opened = chain(1, 2)
    stranger, _partner = registrant(opened.agency)
    sign_in(client, stranger)
    assert client.get(address(opened)).url == address(opened, "invitation")
    assert client.get(address(opened, "calendar")).status_code == 404


def test_the_deadline_is_a_file_for_a_calendar_that_names_no_camera(client):
    user, opened = chain(1, 1)
    sign_in(client, user)
    answer = client.get(address(opened, "calendar"))
    assert answer["Content-Type"].startswith("text/calendar")
    [event] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["dtstart"].dt == opened.match.overwrite_deadline.replace(microsecond=0)
    text = answer.content.decode()
    assert str(opened.invitation.public_id) in text.replace("\r\n ", "")
    for secret in ("Till", "Shop", "Secret", opened.request.case.number, opened.token()):
        assert secret not in text


def test_my_cameras_are_found_by_name_and_by_site(client):
    user, _opened = chain(3, 8)
    sign_in(client, user)
    page = client.get(reverse("web:cameras"), {"q": "till"}).content.decode()
    assert page.count('<li class="card">') == 3
    site = Site.objects.order_by("pk").last()
    page = client.get(reverse("web:cameras"), {"site": str(site.public_id)}).content.decode()
    assert page.count('<li class="card">') == 8
    assert "No camera has such a name." in client.get(reverse("web:cameras"), {"q": "roof"}).content.decode()
