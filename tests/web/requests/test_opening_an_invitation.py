"""The link, the code, the cookie: who can open an invitation, and what everybody else is told."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.footage_requests import services
from apps.footage_requests.access import COOKIE
from apps.footage_requests.models import Response
from apps.footage_requests.states import Answer, Outcome
from apps.ledger.models import Entry
from apps.links import throttle
from apps.links.models import Link
from apps.links.secrets import normalize_code
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.links import code_of, post_secret
from tests.factories.people import AgencyFactory, registrant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def _url(opened, name="invitation", invitation=None):
    return reverse(f"footage_requests:{name}", args=[(invitation or opened.invitation).public_id])


def _enter(client, opened, invitation=None, **more):
    return post_secret(
        client, "invitation", (invitation or opened.invitation).public_id, opened.token(invitation), **more
    )


def test_the_link_opens_the_page_and_sets_a_signed_cookie_that_scripts_cannot_read(client):
    opened = open_request()
    assert opened.token() not in client.get(_url(opened)).content.decode()
    answer = _enter(client, opened)
    assert answer.status_code == 303
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert opened.token() not in cookie.value
    page = client.get(_url(opened)).content.decode()
    assert "Front door" in page
    assert "26-004711" not in page
    assert "fled on foot" not in page


def test_it_opens_as_often_as_wanted_also_on_another_device():
    opened = open_request()
    for _ in range(3):
        assert _enter(Client(), opened).status_code == 303


def test_a_wrong_token_opens_nothing_and_says_no_more_than_for_an_unknown_invitation(client):
    opened = open_request()
    wrong = post_secret(client, "invitation", opened.invitation.public_id, "x" * 43)
    unknown = post_secret(client, "invitation", uuid4(), "x" * 43)
    assert wrong.status_code == unknown.status_code == 403
    assert COOKIE not in wrong.cookies
    strip = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[A-Za-z0-9]{64}\"")
    assert strip.sub("", wrong.content.decode()) == strip.sub("", unknown.content.decode())


def test_a_changed_cookie_opens_nothing(client):
    opened = open_request()
    _enter(client, opened)
    client.cookies[COOKIE] = client.cookies[COOKIE].value.replace(":1:", ":2:", 1)
    assert "Front door" not in client.get(_url(opened)).content.decode()


def test_the_short_code_does_what_the_link_does(client):
    opened = open_request()
    typed = code_of(opened.invitation.public_id).lower().replace("-", " ")
    answer = client.post(reverse("links:code"), {"code": typed})
    assert answer.status_code == 303
    assert "Front door" in client.get(answer.url).content.decode()


def test_look_alikes_in_a_typed_code_are_read_as_what_they_look_like():
    assert normalize_code("io1l-abcd –x") == "1011ABCDX"


def test_guessing_codes_is_slowed_down_and_a_header_buys_no_more_guesses(client):
    open_request()
    url = reverse("links:code")
    for number in range(throttle.WRONG_GUESSES):
        assert client.post(url, {"code": f"WRONG{number}"}).status_code == 422
    assert client.post(url, {"code": "WRONG"}).status_code == 429
    assert client.post(url, {"code": "WRONG"}, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429


def test_behind_our_proxy_each_caller_has_tries_of_his_own_and_invents_no_address(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    url = reverse("links:code")
    for number in range(throttle.WRONG_GUESSES):
        forwarded = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
        assert client.post(url, {"code": f"WRONG-{number}"}, headers=forwarded).status_code == 422
    assert client.post(url, {"code": "WRONG"}, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 429
    assert client.post(url, {"code": "WRONG"}, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 422


def test_a_renewed_link_closes_the_old_one_its_code_and_its_cookies(client):
    opened = open_request()
    _enter(client, opened)
    old_code = {"code": code_of(opened.invitation.public_id)}
    services.renew_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    assert "Front door" not in client.get(_url(opened)).content.decode()
    assert _enter(client, opened).status_code == 403
    assert client.post(reverse("links:code"), old_code).status_code == 422
    new_code = {"code": code_of(opened.invitation.public_id)}
    assert client.post(reverse("links:code"), new_code).status_code == 303


def test_a_revoked_link_says_so_to_who_had_opened_it_and_takes_no_answer(client):
    opened = open_request()
    _enter(client, opened)
    services.revoke_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    for page in (
        client.get(_url(opened)),
        client.post(_url(opened), {"all": Answer.NONE}),
        _enter(client, opened, follow=True),
    ):
        assert page.status_code == 410
        assert "closed" in page.content.decode()
    assert "Front door" not in Client().get(_url(opened)).content.decode()
    assert not Response.objects.exists()


def test_after_the_end_the_page_says_what_happened_and_what_was_answered(client):
    opened = open_request()
    _enter(client, opened)
    client.post(_url(opened), {"all": Answer.DECLINED})
    services.close_request(
        user=opened.author, request=opened.request, outcome=Outcome.NOT_NEEDED, actor=actor_for(opened.author)
    )
    page = client.get(_url(opened))
    assert page.status_code == 200
    assert "This request has ended" in page.content.decode()
    assert "Declined" in page.content.decode()
    late = client.post(_url(opened), {"all": Answer.HAS_FOOTAGE})
    assert late.status_code == 409
    assert Response.objects.get().answer == Answer.DECLINED


def test_an_expired_link_says_that_its_last_day_has_passed():
    opened = open_request()
    with time_machine.travel(opened.request.closes_at + timedelta(minutes=1)):
        client = Client()
        assert _enter(client, opened).status_code == 303
        assert "Its last day has passed" in client.get(_url(opened)).content.decode()


def test_one_tap_answers_for_every_camera_and_the_thanks_page_lists_them(client):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Back door"))
    _enter(client, opened)
    answer = client.post(_url(opened), {"all": Answer.NONE, "request_key": str(uuid4())})
    assert answer.status_code == 303
    assert answer.url == _url(opened, "thanks")
    page = client.get(answer.url).content.decode()
    assert "Front door" in page
    assert "Back door" in page
    assert Response.objects.count() == 2
    assert Entry.objects.filter(action="request.answered").count() == 1


def test_has_footage_leads_to_the_upload_page(client):
    opened = open_request()
    _enter(client, opened)
    answer = client.post(_url(opened), {"all": Answer.HAS_FOOTAGE})
    assert answer.url == reverse("evidence:upload", args=[opened.invitation.public_id])


def test_each_camera_can_have_its_own_answer(client):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Back door"))
    _enter(client, opened)
    first, second = opened.matches
    client.post(
        _url(opened),
        {
            f"answer-{first.public_id}": Answer.NONE,
            f"answer-{second.public_id}": Answer.UNAVAILABLE,
            f"reason-{second.public_id}": "broken",
        },
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.answer, second.answer, second.unavailable_reason) == (Answer.NONE, Answer.UNAVAILABLE, "broken")


def test_a_missing_reason_is_asked_for_and_what_was_typed_is_still_there(client):
    opened = open_request()
    _enter(client, opened)
    page = client.post(_url(opened), {"all": Answer.UNAVAILABLE, "note": "ask my neighbor"})
    assert page.status_code == 422
    assert "Say why the video is unavailable" in page.content.decode()
    assert "ask my neighbor" in page.content.decode()
    assert not Response.objects.exists()


def test_an_empty_answer_is_asked_for_again(client):
    opened = open_request()
    _enter(client, opened)
    assert client.post(_url(opened), {}).status_code == 422


def test_without_a_key_nobody_answers(client):
    opened = open_request()
    assert client.post(_url(opened), {"all": Answer.NONE}).status_code == 403
    assert not Response.objects.exists()


def test_a_registrant_who_is_signed_in_answers_in_their_own_name(client):
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    client.force_login(user)
    assert "Front door" in client.get(_url(opened)).content.decode()
    client.post(_url(opened), {"all": Answer.NONE})
    assert Response.objects.get().answer == Answer.NONE
    assert Entry.objects.get(action="request.answered").actor_id == str(user.public_id)
    stranger, _partner = registrant(agency)
    client.force_login(stranger)
    assert "Front door" not in client.get(_url(opened)).content.decode()


def test_two_invitations_in_one_browser_both_stay_open(client):
    agency = AgencyFactory.create()
    (_a, one), (_b, two) = registrant(agency), registrant(agency)
    opened = open_request(agency, camera_at(one), camera_at(two, name="Shop window"))
    for invitation in opened.invitations:
        _enter(client, opened, invitation)
    assert "Front door" in client.get(_url(opened)).content.decode()
    assert "Shop window" in client.get(_url(opened, invitation=opened.invitations[1])).content.decode()


def test_stored_digests_are_not_the_secrets():
    opened = open_request()
    stored = Link.objects.get()
    assert opened.token() not in (stored.token_digest, stored.code_digest)
    assert len(stored.token_digest) == len(stored.code_digest) == 64


def test_words_of_a_detective_are_shown_harmlessly(client):
    opened = open_request(message="<script>alert(1)</script> red jacket")
    _enter(client, opened)
    assert "<script>alert(1)" not in client.get(_url(opened)).content.decode()
