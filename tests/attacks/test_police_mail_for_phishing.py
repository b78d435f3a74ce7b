"""Police mail for phishing: a fresh account has no letter sent, and none in the name of an agency or with a link."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, TooMany, WrongState
from apps.core.official import Claim, claim_of
from apps.findings.models import Finding
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners import services
from apps.partners.models import PartnerKind
from apps.prospects.services.entering import _check_address
from tests.factories.actors import actor_for
from tests.factories.cameras import camera as approved_camera
from tests.factories.cameras import site as site_of
from tests.factories.people import AgencyFactory, UserFactory, accept, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")


def joined(agency, name="Lake Ella Cafe", kind=PartnerKind.BUSINESS):
    """A fresh account, as anybody makes one."""
    user = UserFactory.create()
    partner = services.join_program(
        user=user, kind=kind, name=name, agencies=[agency], request_key=None, actor=actor_for(user)
    )
    accept(partner, user)
    return user, partner


def invite(user, partner, email, role="responder"):
    return services.invite_member(
        partner=partner, email=email, role=role, language="en", user=user, request_key=None, actor=actor_for(user)
    )


def letters():
    return Message.objects.filter(kind="member.invited").order_by("pk")


def known(partner):
    partner.vouched_at = timezone.now()
    partner.save(update_fields=["vouched_at"])


# Who may


def test_a_fresh_account_has_no_letter_sent_until_a_camera_of_its_is_approved(agency):
    user, partner = joined(agency)
    for number in range(95):
        with pytest.raises(WrongState, match="once a camera of yours is approved"):
            invite(user, partner, f"stranger{number}@example.org")
    assert not letters().exists()
    approved_camera(partner)
    invite(user, partner, "colleague@example.org")
    assert letters().count() == 1


def test_an_association_neither_invites_nor_tells_of_an_ending_before(agency):
    user, partner = joined(agency, "Oak Street Neighbors", PartnerKind.ASSOCIATION)
    services.renew_join_code(association=partner, user=user, actor=actor_for(user))
    for act in (
        lambda: services.invite_to_association(
            association=partner, email="a@example.org", language="en", user=user, actor=actor_for(user)
        ),
        lambda: services.end_affiliation_of(
            association=partner, email="a@example.org", user=user, actor=actor_for(user)
        ),
    ):
        with pytest.raises(WrongState, match="Nobody of the program knows you yet"):
            act()
    assert not Message.objects.exists()


# Under which name


@pytest.mark.parametrize(
    "name",
    [
        "Tallahassee Police Department",
        "TPD",
        "T.P.D. Camera Team",
        "t p d",
        "ＴＰＤ",
        "Tallаhаssee Pоlicе Dеpаrtmеnt",  # noqa: RUF001 - Cyrillic
        "Po1ice Dep4rtment",
        "poIice-department",
        "PoliceDepartment",
        "P\u200bolice\u200b Department",
        "Leon County Sheriff's Office",
        "Sherıff’s Office",
    ],
)
def test_the_name_of_an_agency_is_refused_however_it_is_written(agency, name):
    with pytest.raises(InvalidInput, match="reads like the name of an agency"):
        joined(agency, name)


@pytest.mark.parametrize(
    "name",
    [
        "Win at evil.com",
        "https://evil.example",
        "www evil",
        "evil dot com",
        "call 850-891-4200",
        "(850) 891 4200",
        "help@evil.example",
        "ｅｖｉｌ．ｃｏｍ",
    ],
)
def test_a_name_with_a_link_an_address_or_a_number_is_refused(agency, name):
    with pytest.raises(InvalidInput, match="holds no web address"):
        joined(agency, name)


def test_a_site_and_a_person_are_named_by_the_same_rule(agency, client):
    user, partner = joined(agency)
    for name in ("TPD Substation", "see evil.com"):
        with pytest.raises(InvalidInput):
            site_of(partner, name)
    sign_in(client, user)
    page = reverse("web:account")
    answer = client.post(page, {"name": "TPD Fraud Unit", "language": "en", "time_zone": "America/New_York"})
    assert "reads like the name of an agency" in answer.content.decode()
    user.refresh_from_db()
    assert user.name != "TPD Fraud Unit"


@pytest.mark.parametrize(
    "name",
    [
        "Lake Ella Cafe",
        "Marshall Street HOA",
        "Felicity Offices",
        "O'Brien & Sons, LLC",
        "St. John's Inc.",
        "Señora Muñoz",
        "Corner Store #7",
        "1234 Tennessee St, 32301-1234",
        "Магазин",  # noqa: RUF001
    ],
)
def test_ordinary_names_claim_nothing(name):
    assert claim_of(name) == Claim.NOTHING


@pytest.mark.parametrize("name", ["Police Supply Co", "Officer Dan", "City of Refuge Church", "9-1-1 Dispatch"])
def test_a_name_that_may_be_honest_joins_and_waits_for_a_person(agency, client, name):
    user, partner = joined(agency, name)
    assert Finding.objects.get(kind="partners.official_name").about_id == str(partner.public_id)
    manager = staff(Role.PROGRAM_MANAGER, agency)
    approved_camera(partner)
    partner.refresh_from_db()
    with pytest.raises(WrongState):
        invite(user, partner, "a@example.org")
    sign_in(client, manager)
    page = reverse("admin:partners_partner_change", args=[partner.public_id])
    assert "Confirm this account" in client.get(page).content.decode()
    assert client.post(reverse("admin:partners_partner_vouch", args=[partner.public_id])).url == page
    assert "Confirm this account" not in client.get(page).content.decode()
    invite(user, partner, "a@example.org")
    assert Entry.objects.filter(action="partner.vouched").count() == 1


@pytest.mark.parametrize("role", [Role.DETECTIVE, Role.AUDITOR, Role.SUPERVISOR])
def test_only_a_program_manager_confirms_an_account(agency, role):
    _user, partner = joined(agency, "Police Supply Co")
    with pytest.raises(NotAllowed):
        services.vouch_for_partner(partner=partner, user=staff(role, agency))


def test_a_member_whose_name_may_be_an_officers_is_not_named_in_the_letter(agency):
    user, partner = joined(agency)
    known(partner)
    user.name = "Detective Miller"
    user.save()
    invite(user, partner, "a@example.org")
    assert "Miller" not in letters().get().text


# How many


def test_withdrawing_gives_no_letter_back(agency, settings):
    user, partner = joined(agency)
    known(partner)
    for number in range(settings.PARTNER_LETTERS_PER_DAY):
        offer = invite(user, partner, f"stranger{number}@example.org")
        services.withdraw_invitation(invitation=offer, user=user, actor=actor_for(user))
    with pytest.raises(TooMany):
        invite(user, partner, "one.more@example.org")
    assert letters().count() == settings.PARTNER_LETTERS_PER_DAY
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert invite(user, partner, "one.more@example.org")


def test_letters_that_are_sent_again_count(agency, settings):
    settings.PARTNER_LETTERS_PER_DAY = 2
    user, partner = joined(agency)
    known(partner)
    offer = services.send_again(invitation=invite(user, partner, "a@example.org"), user=user, actor=actor_for(user))
    with pytest.raises(TooMany):
        services.send_again(invitation=offer, user=user, actor=actor_for(user))


def test_one_address_gets_few_letters_from_all_partners_together(agency, settings):
    for number in range(settings.LETTERS_PER_ADDRESS_PER_DAY + 1):
        user, partner = joined(agency, f"Cafe {number}")
        known(partner)
        if number == settings.LETTERS_PER_ADDRESS_PER_DAY:
            with pytest.raises(TooMany):
                invite(user, partner, "victim@example.org")
        else:
            invite(user, partner, "victim@example.org")
    assert letters().count() == settings.LETTERS_PER_ADDRESS_PER_DAY


# What it says, and how it ends


@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_words_come_before_the_partners(agency, language):
    user, partner = joined(agency, "Zebra Lounge")
    known(partner)
    user.name = "Zoe Zebra"
    user.save()
    services.invite_member(
        partner=partner,
        email="a@example.org",
        role="responder",
        language=language,
        user=user,
        request_key=None,
        actor=actor_for(user),
    )
    letter = letters().get()
    assert "Zebra" not in letter.subject
    ours, _line, theirs = letter.text.partition("– – –")
    assert "Zebra" not in ours
    assert "Zebra Lounge" in theirs
    said = {"en": ["does not come from the police", "never ask for money"], "es": ["no viene de la policía", "dinero"]}
    assert all(words in " ".join(ours.lower().split()) for words in said[language])
    assert "/no-mail/" in ours


def stop_link():
    return re.search(r"(/no-mail/[0-9a-f-]+/)#(\S+)", letters().last().text)


def test_one_tap_ends_all_mail_to_an_address_and_the_sender_learns_nothing(agency, client):
    user, partner = joined(agency)
    known(partner)
    invite(user, partner, "victim@example.org")
    way_out = letters().get().unsubscribe_url
    assert (
        client.post(way_out.replace("http://localhost:8000", ""), {"List-Unsubscribe": "One-Click"}).status_code == 200
    )
    other_user, other = joined(agency, "Another Cafe")
    known(other)
    assert invite(other_user, other, "victim@example.org").state == "open"
    assert invite(other_user, other, "someone@example.org").state == "open"
    assert letters().count() == 2
    assert services.is_stopped("victim@example.org")
    assert not services.is_stopped("someone@example.org")
    assert Entry.objects.filter(action="stranger_letter.stopped").count() == 1


def test_a_made_up_id_stops_nobody(client):
    page = reverse("web:no_mail", args=[uuid.uuid4()])
    assert client.post(page, {"List-Unsubscribe": "One-Click"}).status_code != 500
    assert not Entry.objects.filter(action="stranger_letter.stopped").exists()


def test_the_stop_holds_for_owners_whom_an_agency_enters(agency, client):

    user, partner = joined(agency)
    known(partner)
    invite(user, partner, "victim@example.org")
    client.post(letters().get().unsubscribe_url.replace("http://localhost:8000", ""), {"List-Unsubscribe": "One-Click"})
    with pytest.raises(NotAllowed, match="asked not to be entered"):
        _check_address("victim@example.org")
