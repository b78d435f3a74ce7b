"""One person, several partners: the switch, the pages that follow it, links in letters, forms of old windows."""

import uuid

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse

from apps.cameras.models import Camera, Site
from apps.notifications.models import Message
from apps.partners.models import Consent, MemberRole, Membership, Partner
from apps.partners.selectors import current_partner_of
from apps.terms.models import Acceptance
from tests.factories.cameras import pending_camera
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, PartnerFactory, UserFactory, accept, registrant, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


def own(user, name, *agencies, role=MemberRole.OWNER, accepted=True):
    """One more partner of this person."""
    partner = PartnerFactory.create(name=name)
    Membership.objects.create(partner=partner, user=user, role=role)
    for agency in agencies:
        Consent.objects.create(partner=partner, agency=agency)
    if accepted:
        accept(partner, user)
    return partner


@pytest.fixture
def two():
    """A person at home and in a shop; the shop is the newer one and so the current."""
    agency = AgencyFactory.create()
    user = UserFactory.create()
    return user, own(user, "Home of Ada", agency), own(user, "Shop of Ada", agency), agency


def switch(client, partner, page="cameras"):
    return client.post(reverse("web:switch"), {"partner": str(partner.public_id), "page": page})


def body(client, page, query=""):
    return client.get(reverse(page) + query).content.decode()


def test_the_cameras_follow_the_switch_on_every_device(client, two):
    user, home, shop, _agency = two
    pending_camera(home, name="Porch of Ada")
    pending_camera(shop, name="Till of Ada")
    sign_in(client, user)
    assert "Till of Ada" in body(client, "web:cameras")
    assert "Porch of Ada" not in body(client, "web:cameras")
    answer = switch(client, home)
    assert answer.url == reverse("web:cameras")
    for device in (client, sign_in(Client(), user)):
        page = body(device, "web:cameras")
        assert "Porch of Ada" in page
        assert "Till of Ada" not in page


def test_who_acts_for_one_partner_has_nothing_to_switch(client):
    user, _partner = registrant()
    sign_in(client, user)
    assert reverse("web:switch") not in body(client, "web:cameras")


def test_nobody_switches_to_a_strangers_partner_nor_to_nonsense(client, two):
    user, _home, shop, _agency = two
    sign_in(client, user)
    for wanted in (registrant()[1].public_id, "x", "", uuid.uuid4()):
        answer = client.post(reverse("web:switch"), {"partner": str(wanted)})
        assert answer.status_code == 404
    assert current_partner_of(user) == shop


def test_a_switch_leads_to_our_own_pages_alone(client, two):
    user, home, _shop, _agency = two
    sign_in(client, user)
    assert switch(client, home, page="https://evil.example/").url == reverse("web:start")


def test_a_form_of_an_old_window_acts_for_the_partner_it_was_shown_for(client, two):
    user, home, shop, agency = two
    sign_in(client, user)
    switch(client, home)
    page = client.get(reverse("web:consents"))
    assert f'name="for_partner" value="{home.public_id}"' in page.content.decode()
    switch(client, shop)
    client.post(
        reverse("web:consents"),
        {"for_partner": str(home.public_id), "version": "0", "tier": "registered", "when": "any"},
    )
    current = Consent.objects.filter(withdrawn_at__isnull=True)
    assert list(current.values_list("partner", flat=True)) == [shop.pk]
    client.post(
        reverse("web:add_camera"),
        {
            "for_partner": str(home.public_id),
            "request_key": str(uuid.uuid4()),
            "name": "Porch",
            "site_name": "Cabin",
            "site_address": "",
            "latitude": "30.4383",
            "longitude": "-84.2807",
            "bearing": "90",
            "field_of_view": "90",
            "range_ft": "60",
            "retention_days": "7",
            "records_sound": "no",
            "notes": "",
        },
    )
    assert set(Site.objects.values_list("partner", flat=True)) <= {home.pk}


def test_a_form_for_a_strangers_partner_is_refused(client, two):
    user, _home, _shop, _agency = two
    theirs = registrant(AgencyFactory.create())[1]
    sign_in(client, user)
    for named in (str(theirs.public_id), "x", ""):
        assert client.post(reverse("web:consents"), {"for_partner": named}).status_code == 404
    assert Consent.objects.filter(partner=theirs, withdrawn_at__isnull=True).exists()


def test_a_camera_of_the_other_partner_opens_under_its_own_name(client, two):
    user, home, _shop, _agency = two
    camera = pending_camera(home)
    sign_in(client, user)
    page = client.get(reverse("web:edit_camera", args=[camera.public_id])).content.decode()
    assert f'name="for_partner" value="{home.public_id}"' in page


def test_requests_and_gifts_are_the_chosen_partners_and_all_are_one_tap_away(client, two):
    user, home, shop, _agency = two
    opened = {
        partner: open_request(asks, camera_at(partner), case_number=f"26-00000{number}")
        for number, partner in enumerate((home, shop))
        for asks in [AgencyFactory.create()]
        if Consent.objects.create(partner=partner, agency=asks)
    }
    for one in opened.values():
        received_item(b"video", sent_through=one.invitation, filename=f"{one.invitation.partner.name}.mp4")
    sign_in(client, user)
    for partner, other in ((shop, home), (home, shop)):
        switch(client, partner)
        asked, given = body(client, "web:requests"), body(client, "web:given")
        assert opened[partner].request.code in asked
        assert opened[other].request.code not in asked
        assert f"{partner.name}.mp4" in given
        assert f"{other.name}.mp4" not in given
    asked = body(client, "web:requests", "?partner=all")
    assert all(one.request.code in asked for one in opened.values())
    assert f"to {home.name}" in asked
    assert f"to {shop.name}" in asked
    assert f"from {shop.name}" in body(client, "web:given", "?partner=all")


def test_what_was_given_stays_in_sight_after_that_partner_left(client, two):
    user, home, _shop, agency = two
    received_item(b"v", sent_through=open_request(agency, camera_at(home)).invitation, filename="old.mp4")
    Partner.objects.filter(pk=home.pk).update(left_at="2026-01-01T00:00Z")
    sign_in(client, user)
    assert "old.mp4" in body(client, "web:given", "?partner=all")


def test_a_link_in_a_letter_asks_before_it_changes_for_whom_one_acts(client, two):
    user, home, shop, _agency = two
    sign_in(client, user)
    address = reverse("web:for_partner", args=[home.public_id, "requests"])
    page = client.get(address)
    assert "This is about Home of Ada" in page.content.decode()
    assert current_partner_of(user) == shop
    assert switch(client, home, page="requests").url == reverse("web:requests")
    assert client.get(address).url == reverse("web:requests")
    assert client.get(reverse("web:for_partner", args=[home.public_id, "nowhere"])).status_code == 404
    theirs = registrant()[1]
    assert client.get(reverse("web:for_partner", args=[theirs.public_id, "requests"])).status_code == 404


def test_a_person_joins_again_for_a_business_and_goes_on_with_its_terms(client):
    terms_in_force()
    agency = AgencyFactory.create()
    user, home = registrant(agency)
    pending_camera(home)
    sign_in(client, user)
    assert reverse("web:join_another") in body(client, "web:account")
    client.post(
        reverse("web:join_another"),
        {"kind": "business", "name": "Shop of Ada", "agencies": [agency.pk], "request_key": str(uuid.uuid4())},
    )
    shop = Partner.objects.get(kind="business")
    assert current_partner_of(user) == shop
    page = client.get(reverse("web:start"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("web:accept_terms")
    shown = [f"{one.version.public_id} {one.language} {one.digest}" for one in page.context["documents"]]
    answer = client.post(reverse("web:accept_terms"), {"shown": shown})
    assert answer.url == reverse("web:add_camera")  # the shop has no camera yet, whatever the home has
    assert Acceptance.objects.filter(partner=shop).exists()


def test_a_responder_sees_names_of_cameras_and_no_places(client):
    owner, partner = registrant()
    camera = pending_camera(partner, name="Till", notes="ask Bo")
    camera.site.address = "1 Secret Lane"
    camera.site.save()
    helper = UserFactory.create()
    Membership.objects.create(partner=partner, user=helper, role=MemberRole.RESPONDER)
    sign_in(client, helper)
    page = body(client, "web:cameras")
    assert "Till" in page
    for secret in ("30.43", "84.28", "Secret Lane", "ask Bo", "map-cameras"):
        assert secret not in page
    assert client.get(reverse("web:edit_camera", args=[camera.public_id])).status_code == 404
    for page in ("web:add_camera", "web:consents", "web:leave"):
        assert client.get(reverse(page)).status_code == 403
    assert client.get(reverse("web:start")).url == reverse("web:requests")
    assert Camera.objects.get().state == "pending"
    assert owner


def test_a_letter_about_a_camera_leads_to_its_own_partner(client, two):
    user, home, _shop, _agency = two
    pending_camera(home)
    sign_in(client, user)
    letter = Message.objects.get(kind="camera.registered").text
    assert reverse("web:for_partner", args=[home.public_id, "cameras"]) in letter


# Forms about the person, about what a link opens, or about one thing that names its partner by itself.
OF_THE_PERSON = {
    "_bulk",
    "_clock",
    "_closed_notice",
    "_mail_trouble",
    "_pieces",
    "_take_part",
    "account",
    "answer",
    "api_key",
    "taking",
    "appeals_stop",
    "asked_cameras",
    "camera_photo",
    "camera_withdraw",
    "check",
    "clip",
    "close_account",
    "code",
    "conversation",
    "ended",
    "for_partner",
    "given",
    "given_before",
    "inbox",
    "invited",
    "item",
    "join",
    "member_decision",
    "no_mail",
    "note",
    "owner",
    "scene_sign",
    "setup",
    "statement",
    "texts",
    "videos",
    "watch",
}


def test_every_form_of_a_partner_says_for_whom_it_was_shown():
    """A form without it would act for the partner chosen last, in any window."""
    templates = (settings.BASE_DIR / "templates/web").rglob("*.html")
    forms = {path.stem: path.read_text() for path in templates if 'method="post"' in path.read_text()}
    assert len(forms) > 15
    assert {name for name, text in forms.items() if "_acting.html" not in text} <= OF_THE_PERSON
