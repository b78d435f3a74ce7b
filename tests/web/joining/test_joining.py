"""From an account to a registered camera, and out again, through the pages."""

import html
import re
import uuid

import pytest
from django.urls import reverse

from apps.cameras.models import Camera, Site
from apps.ledger.models import Entry
from apps.partners.models import Consent, Partner
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance
from apps.terms.states import TermsState
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def hidden(response, name):
    return re.search(rf'type="hidden" name="{name}" value="([^"]*)"', response.content.decode())[1]


def shown_on(response):
    return {"shown": re.findall(r'name="shown" value="([^"]*)"', response.content.decode())}


def shown_terms(client):
    return shown_on(client.get(reverse("web:accept_terms")))


def camera_post(**changes):
    return {
        "request_key": str(uuid.uuid4()),
        "name": "Front door",
        "site_name": "Home",
        "site_address": "1 Elm Street",
        "latitude": "30.4383",
        "longitude": "-84.2807",
        "bearing": "135",
        "field_of_view": "90",
        "range_ft": "60",
        "retention_days": "7",
        "records_sound": "no",
        "notes": "",
    } | changes


@pytest.fixture
def partner(client):
    """A signed-in registrant's partner, terms accepted."""
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return partner


def test_a_page_for_partners_asks_a_stranger_in_and_brings_them_back(client):
    """A person who registers has no account yet; other pages are for people with one."""
    assert client.get(reverse("web:join")).url == f"{reverse('account_signup')}?next={reverse('web:join')}"
    assert client.get(reverse("web:cameras")).url == f"{reverse('account_login')}?next={reverse('web:cameras')}"


@pytest.mark.parametrize(
    ("kind", "known", "learned"),
    [("resident", "", "Ada"), ("resident", "Ada Lovelace", "Ada Lovelace"), ("business", "", "")],
)
def test_the_name_of_a_resident_who_signed_up_without_one_is_learned_here(client, kind, known, learned):
    agency, user = AgencyFactory.create(), UserFactory.create(name=known)
    sign_in(client, user)
    page = client.get(reverse("web:join"))
    joined = {"request_key": hidden(page, "request_key"), "kind": kind, "name": "Ada", "agencies": [agency.pk]}
    client.post(reverse("web:join"), joined)
    user.refresh_from_db()
    assert user.name == learned


def test_a_resident_joins_accepts_and_registers(client):
    agency, other = AgencyFactory.create(), AgencyFactory.create()
    version = terms_in_force()
    sign_in(client, UserFactory.create())
    assert client.get(reverse("web:start")).url == reverse("web:join")

    page = client.get(reverse("web:join"))
    joined = {"request_key": hidden(page, "request_key"), "kind": "resident", "name": "Ada", "agencies": [agency.pk]}
    assert client.post(reverse("web:join"), joined).url == reverse("web:start")
    partner = Partner.objects.get()
    assert list(Consent.objects.values_list("agency", flat=True)) == [agency.pk]
    assert other.pk != agency.pk

    assert client.get(reverse("web:start")).url == reverse("web:accept_terms")
    fields = shown_terms(client)
    assert fields == {"shown": [f"{version.public_id} en {digest_of(version.text['en'])}"]}
    assert client.post(reverse("web:accept_terms"), fields).url == reverse("web:add_camera")
    assert Acceptance.objects.get(partner=partner).digest == digest_of(version.text["en"])

    response = client.post(reverse("web:add_camera"), camera_post())
    camera = Camera.objects.get()
    assert response.url == reverse("web:registered", args=[camera.public_id])
    assert camera.site.name == "Home"
    assert camera.retention_hours == 168
    assert camera.place.range_m == pytest.approx(18.3, abs=0.05)
    assert "Front door" in client.get(response.url).content.decode()
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["partner.joined", "terms.accepted", "site.added", "camera.registered"]


def test_sending_the_camera_twice_registers_it_once(client, partner):
    post = camera_post()
    first, second = (client.post(reverse("web:add_camera"), post) for _ in range(2))
    assert first.url == second.url
    assert Camera.objects.count() == 1


def test_a_camera_that_is_refused_leaves_no_empty_place_behind(client, partner):
    client.post(reverse("web:add_camera"), camera_post(latitude="91"))
    assert not Site.objects.filter(partner=partner).exists()


def test_a_camera_at_an_old_place_needs_no_new_name(client, partner):
    client.post(reverse("web:add_camera"), camera_post())
    site = Camera.objects.get().site
    client.post(reverse("web:add_camera"), camera_post(site=str(site.public_id), site_name="", name="Back door"))
    assert Camera.objects.filter(site=site).count() == 2


def test_nobody_registers_at_a_strangers_place(client):
    stranger, _partner = registrant(AgencyFactory.create())
    sign_in(client, stranger)
    client.post(reverse("web:add_camera"), camera_post())
    theirs = Camera.objects.get().site
    user, _partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    client.post(reverse("web:add_camera"), camera_post())
    response = client.post(reverse("web:add_camera"), camera_post(site=str(theirs.public_id), site_name=""))
    assert response.status_code == 422
    assert Camera.objects.filter(site=theirs).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latitude", "91"),
        ("latitude", "NaN"),
        ("latitude", "1e400"),
        ("longitude", "-181"),
        ("longitude", "west"),
        ("field_of_view", "0"),
        ("field_of_view", "361"),
        ("range_ft", "-5"),
        ("range_ft", "99999"),
        ("range_ft", "1e308"),
        ("retention_days", "0"),
        ("retention_days", "1e300"),
        ("name", ""),
        ("name", "x" * 200),
        ("name", "a\x00b"),
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field_and_nothing_is_saved(client, partner, field, value):
    response = client.post(reverse("web:add_camera"), camera_post(**{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Camera.objects.exists()


def test_markup_in_a_name_is_shown_as_text(client, partner):
    client.post(reverse("web:add_camera"), camera_post(name="<script>alert(1)</script>"))
    page = client.get(reverse("web:cameras")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_terms_that_changed_while_they_were_read_are_not_accepted(client):
    version = terms_in_force()
    user, partner = registrant(AgencyFactory.create(), accepted=False)
    sign_in(client, user)
    fields = shown_terms(client)
    version.state = TermsState.SUPERSEDED
    version.save()
    type(version).objects.create(
        number=2, state=TermsState.IN_FORCE, summary=version.summary, text={"en": "New words.", "es": "Nuevo."}
    )
    response = client.post(reverse("web:accept_terms"), fields)
    assert response.status_code == 409
    assert "New words." in response.content.decode()
    assert "Nothing was accepted" in response.content.decode()
    assert shown_on(response)["shown"][0].endswith(digest_of("New words."))
    assert not Acceptance.objects.filter(partner=partner).exists()


def test_who_did_not_accept_cannot_register(client):
    terms_in_force()
    user, _partner = registrant(AgencyFactory.create(), accepted=False)
    sign_in(client, user)
    assert client.post(reverse("web:add_camera"), camera_post()).url == reverse("web:accept_terms")
    assert not Camera.objects.exists()


def test_the_terms_are_accepted_in_the_language_in_which_they_were_shown(client):
    terms_in_force()
    user, partner = registrant(AgencyFactory.create(), accepted=False)
    user.language = "es"
    user.save()
    sign_in(client, user)
    client.post(reverse("web:accept_terms"), shown_terms(client))
    acceptance = Acceptance.objects.get(partner=partner)
    assert acceptance.language == "es"
    record = client.get(reverse("web:accepted_terms", args=[acceptance.public_id])).content.decode()
    assert "Los términos de privacidad." in record
    assert acceptance.digest in record


def test_an_acceptance_is_shown_to_its_partner_alone(client):
    _user, theirs = registrant(AgencyFactory.create())
    acceptance = Acceptance.objects.get(partner=theirs)
    user, _partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    assert client.get(reverse("web:accepted_terms", args=[acceptance.public_id])).status_code == 404


def test_a_staff_account_cannot_join(client):
    sign_in(client, StaffFactory.create())
    response = client.get(reverse("web:join"))
    assert response.status_code == 403
    assert "second, private account" in response.content.decode()
    assert not Partner.objects.exists()


def test_leaving_takes_the_tick_and_ends_every_consent_but_not_the_account(client, partner):
    assert client.post(reverse("web:leave"), {"sent": "1"}).status_code == 422
    partner.refresh_from_db()
    assert partner.left_at is None
    assert client.post(reverse("web:leave"), {"sure": "on"}).url == reverse("web:home")
    partner.refresh_from_db()
    assert partner.left_at is not None
    assert client.get(reverse("web:cameras")).url == reverse("web:join")
    for page in ("web:given", "web:requests", "web:account"):
        assert client.get(reverse(page)).status_code == 200, page


def test_who_left_may_join_again(client, partner):
    client.post(reverse("web:leave"), {"sure": "on"})
    agency = AgencyFactory.create()
    post = {"request_key": str(uuid.uuid4()), "kind": "resident", "name": "Ada", "agencies": [agency.pk]}
    client.post(reverse("web:join"), post)
    assert Partner.objects.filter(left_at__isnull=True).exclude(pk=partner.pk).count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "Ωmega 猫 🐈 O'Brien; DROP TABLE partners;--",
        "<img src=x onerror=alert(1)>",
        "{{ 7|add:7 }} {% now 'Y' %} ${7*7}",
        "=cmd|'/c calc'!A1",
    ],
)
def test_a_strange_name_is_kept_and_shown_as_it_was_typed(client, partner, name):
    response = client.post(reverse("web:add_camera"), camera_post(name=name, site_name=name, notes=name))
    assert Camera.objects.get().name == name
    page = client.get(response.url).content.decode()
    assert name in html.unescape(page)
    assert "<img src=x" not in page
