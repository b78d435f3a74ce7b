"""“What I am told”: a person's own page, with the letters that their roles can get and no others."""

from __future__ import annotations

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Agency, Role, RoleGrant
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.notifications.choices import rules_of
from apps.notifications.models import ReturnReason, TellingRules, Way
from apps.notifications.services import queue_message
from apps.notifications.services.returning import record_return
from apps.notifications.topics import topics_for
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.factories.telling import chosen

pytestmark = pytest.mark.django_db

PAGE = "/admin/told/"


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create(time_zone="America/Chicago")


def filled(user, **changes):
    """What the form of a supervisor sends without any change."""
    return {
        "version": rules_of(user).version,
        "digest_at": "07:00",
        "quiet_from": "",
        "quiet_until": "",
        **{topic.name: topic.default for topic in topics_for(user) if not topic.fixed},
    } | changes


def test_a_supervisor_chooses(client: Client, agency: Agency) -> None:
    supervisor = staff(Role.SUPERVISOR, agency)
    sign_in(client, supervisor)
    page = client.get(PAGE).content.decode()
    assert "America/Chicago" in page
    assert "An urgent request waits for approval" in page
    answer = client.post(PAGE, filled(supervisor, submitted="digest", quiet_from="22:00", quiet_until="06:30"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    rules = TellingRules.objects.get(user=supervisor)
    assert rules.ways["submitted"] == Way.DIGEST
    assert (rules.quiet_from, rules.quiet_until, rules.time_zone) == (time(22), time(6, 30), "America/Chicago")
    page = client.get(PAGE).content.decode()
    assert 'value="06:30"' in page
    assert '<option value="digest" selected>' in page
    assert Entry.objects.filter(action="telling.chosen").count() == 1


def test_the_account_menu_leads_there(client: Client, agency: Agency) -> None:
    sign_in(client, staff(Role.AUDITOR, agency))
    assert reverse("admin:told") == PAGE
    assert f'href="{PAGE}"' in client.get(reverse("admin:index")).content.decode()


def test_one_sees_only_what_ones_roles_can_get(client: Client, agency: Agency) -> None:
    sign_in(client, staff(Role.DETECTIVE, agency))
    page = client.get(PAGE).content.decode()
    assert 'name="prepared"' in page
    assert 'name="submitted"' not in page
    assert "An urgent request" not in page
    assert "Security of your account" in page


@pytest.mark.parametrize("name", ["security", "urgent", "findings", "submitted"])
def test_what_the_page_does_not_offer_is_not_taken(client: Client, agency: Agency, name: str) -> None:
    detective = staff(Role.DETECTIVE, agency)
    sign_in(client, detective)
    client.post(PAGE, filled(detective, **{name: "page"}))
    assert name not in rules_of(detective).ways


def test_a_choice_is_ones_own_alone(client: Client, agency: Agency) -> None:
    supervisor, other = staff(Role.SUPERVISOR, agency), staff(Role.SUPERVISOR, agency)
    sign_in(client, supervisor)
    client.post(PAGE, filled(supervisor, submitted="page") | {"user": other.pk, "public_id": str(other.public_id)})
    assert list(TellingRules.objects.values_list("user", flat=True)) == [supervisor.pk]


def test_half_of_the_quiet_hours_is_refused_beside_the_field(client: Client, agency: Agency) -> None:
    supervisor = staff(Role.SUPERVISOR, agency)
    sign_in(client, supervisor)
    answer = client.post(PAGE, filled(supervisor, quiet_from="22:00"))
    assert answer.status_code == 422
    assert 'id="id_quiet_until_error"' in answer.content.decode()
    assert not TellingRules.objects.exists()


def test_another_window_is_not_overwritten(client: Client, agency: Agency) -> None:
    supervisor = staff(Role.SUPERVISOR, agency)
    sign_in(client, supervisor)
    old = filled(supervisor, submitted="page")
    chosen(supervisor, submitted=Way.DIGEST)
    assert client.post(PAGE, old).status_code == 422
    assert rules_of(supervisor).ways == {"submitted": "digest"}


def test_who_serves_in_two_zones_chooses_the_clock(client: Client, agency: Agency) -> None:
    supervisor = staff(Role.SUPERVISOR, agency)
    east = AgencyFactory.create(time_zone="America/New_York")
    RoleGrant.objects.create(user=supervisor, agency=east, role=Role.SUPERVISOR)
    sign_in(client, supervisor)
    assert 'name="time_zone"' in client.get(PAGE).content.decode()
    client.post(PAGE, filled(supervisor, time_zone="America/New_York"))
    assert rules_of(supervisor).time_zone == "America/New_York"
    assert client.post(PAGE, filled(supervisor, time_zone="Asia/Tokyo")).status_code == 422


def test_without_any_role_there_is_the_security_alone(client: Client, agency: Agency) -> None:
    person = staff(Role.SUPERVISOR, agency)
    RoleGrant.objects.all().delete()
    sign_in(client, person)
    page = client.get(PAGE).content.decode()
    assert "Security of your account" in page
    assert "An urgent request" not in page


def test_partners_have_no_such_page(client: Client) -> None:
    user, _partner = registrant()
    sign_in(client, user)
    for answer in (client.get(PAGE), client.post(PAGE, {"version": 0})):
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={PAGE}")
    assert not TellingRules.objects.exists()


def test_who_gets_no_letters_reads_so_on_the_first_page_and_says_when_it_works_again(agency):
    user = staff(Role.SUPERVISOR, agency)
    client = sign_in(Client(), user)
    trouble = "Your mail address does not take our letters"
    assert trouble not in client.get("/admin/").content.decode()
    message = queue_message(kind="x", recipient=user.email, subject="s", text="t", dedupe_key="1")
    sending.send_due()
    message.refresh_from_db()
    record_return(message=message, reason=ReturnReason.NO_MAILBOX, code="5.1.1", actor=Actor.system("mailbox"))
    for page in ("/admin/", PAGE):
        said = client.get(page).content.decode()
        assert trouble in said
        assert user.email in said
    other = sign_in(Client(), staff(Role.SUPERVISOR, agency))
    assert trouble not in other.get("/admin/").content.decode()
    assert client.get(f"{PAGE}try/").status_code == 405
    after = client.post(f"{PAGE}try/", follow=True).content.decode()
    assert "We write to you again." in after
    assert trouble not in after
    assert Entry.objects.filter(action="address.tried_again", actor_id=str(user.public_id)).count() == 1
    assert "Our letters already go to your address." in client.post(f"{PAGE}try/", follow=True).content.decode()
