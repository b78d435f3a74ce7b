"""Who may ask, how, when and how often: on the page and through the API."""

import html
import uuid
from datetime import time

import pytest
from django.urls import reverse

from apps.partners.models import Consent, ContactRules, MemberRole, Membership
from tests.factories.people import AgencyFactory, UserFactory, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PLAIN = {
    "version": "0",
    "tier": "registered",
    "phone": "",
    "when": "any",
    "opens_at": "",
    "closes_at": "",
    "most_requests": "",
}


@pytest.fixture
def partner(client):
    user, partner = registrant(AgencyFactory.create())
    user.time_zone = "America/Chicago"
    user.save()
    sign_in(client, user)
    return partner


def page(client, **changes):
    return client.post(reverse("web:consents"), PLAIN | changes)


def test_agencies_are_allowed_and_taken_back(client, partner):
    agency = AgencyFactory.create()
    assert page(client, agencies=[agency.pk]).url == reverse("web:account")
    current = Consent.objects.filter(partner=partner, withdrawn_at__isnull=True)
    assert [consent.agency for consent in current] == [agency]
    page(client, version="1")
    assert not current.all().exists()


def test_limits_are_chosen_by_the_clock_of_the_person_and_shown_on_the_account(client, partner):
    chosen = {"tier": "phone", "phone": "850-555-0123", "when": "between", "opens_at": "20:00", "closes_at": "06:00"}
    assert page(client, most_requests="4", **chosen).status_code == 302
    rules = ContactRules.objects.get(partner=partner)
    assert (rules.hours.opens, rules.hours.closes, rules.time_zone) == (time(20), time(6), "America/Chicago")
    account = client.get(reverse("web:account")).content.decode()
    assert "At most 4 requests in 30 days." in account
    assert "20:00–06:00" in account
    assert "555-0123" not in account
    assert 'value="850-555-0123"' in client.get(reverse("web:consents")).content.decode()


def test_hours_are_not_kept_when_any_hour_is_chosen(client, partner):
    page(client, opens_at="08:00", closes_at="21:00")
    assert ContactRules.objects.get(partner=partner).hours is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("phone", {"tier": "phone"}),
        ("phone", {"tier": "text", "phone": "<img src=x onerror=alert(1)>"}),
        ("closes_at", {"when": "between", "opens_at": "08:00"}),
        ("closes_at", {"when": "between", "opens_at": "08:00", "closes_at": "08:00"}),
        ("opens_at", {"when": "between", "opens_at": "25:00", "closes_at": "08:00"}),
        ("most_requests", {"most_requests": "-1"}),
        ("most_requests", {"most_requests": "1e9"}),
        ("tier", {"tier": ""}),
        ("when", {"when": "sometimes"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_saved(client, partner, field, changes):
    before = list(Consent.objects.values_list("pk", "withdrawn_at"))
    response = page(client, **changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "<img src=x" not in response.content.decode()
    assert not ContactRules.objects.exists()
    assert list(Consent.objects.values_list("pk", "withdrawn_at")) == before


def test_the_second_of_two_members_is_told_and_sees_what_the_first_chose(client, partner):
    page(client, most_requests="2")
    response = page(client, most_requests="8")
    assert response.status_code == 409
    assert "nothing was saved" in html.unescape(response.content.decode())
    assert ContactRules.objects.get().most_requests == 2
    assert not Consent.objects.filter(partner=partner, withdrawn_at__isnull=True).exists()


def test_a_responder_chooses_nothing(client):
    _owner, partner = registrant()
    user = UserFactory.create()
    Membership.objects.create(partner=partner, user=user, role=MemberRole.RESPONDER)
    sign_in(client, user)
    assert page(client).status_code == 403
    assert not ContactRules.objects.exists()


def api(client, partner, method="get", **data):
    address = reverse("api-partner-consent", args=[partner.public_id])
    return getattr(client, method)(address, data or None, content_type="application/json")


def test_the_api_reads_and_sets_the_same(client, partner):
    agency = AgencyFactory.create()
    read = api(client, partner).json()
    assert (read["version"], read["tier"], read["opens_at"]) == (0, "registered", None)
    wish = {
        "version": 0, "agencies": [agency.short_name], "tier": "text", "phone": "850-555-0123", "opens_at": "08:00",
        "closes_at": "21:00", "time_zone": "America/New_York", "most_requests": 4,
    }  # fmt: skip
    answer = api(client, partner, "put", **wish)
    assert answer.status_code == 200, answer.content
    assert answer.json() == wish | {"version": 1, "opens_at": "08:00:00", "closes_at": "21:00:00"}
    assert api(client, partner, "put", **(wish | {"most_requests": 5})).status_code == 409
    assert api(client, partner, "put", **(wish | {"version": 1, "phone": "no"})).json()["fields"]["phone"]
    assert api(client, partner, "put", **(wish | {"version": 1, "time_zone": "Nowhere"})).status_code == 422
    assert api(client, partner, "put", **(wish | {"agencies": ["NONE"]})).status_code == 400


def test_the_api_finds_no_other_partners_consent(client, partner):
    _user, other = registrant()
    assert api(client, other).status_code == 404
    address = reverse("api-partner-consent", args=[uuid.uuid4()])
    assert client.get(address).status_code == 404
