"""How, when and how often a partner wants to be asked."""

import uuid
from datetime import time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.partners import selectors
from apps.partners.models import Contact, ContactRules, ContactTier, MemberRole, Membership
from apps.partners.services import ContactWish, leave_program, record_contacts, set_contact_rules
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, UserFactory, registrant

pytestmark = pytest.mark.django_db
DAYTIME = {"opens_at": time(8), "closes_at": time(21), "time_zone": "America/New_York"}


def choose(user, partner, *, version=0, **wish):
    return set_contact_rules(
        partner=partner, user=user, wish=ContactWish(**wish), version=version, actor=actor_for(user)
    )


def test_without_a_choice_there_is_no_limit():
    _user, partner = registrant()
    assert selectors.contact_rules_of(partner) is None
    assert selectors.contact_hours_of([partner.pk]) == {}


def test_what_was_chosen_is_kept_and_the_number_lies_encrypted_and_in_no_fact():
    user, partner = registrant()
    choose(user, partner, tier=ContactTier.PHONE, phone=" 850-555-0123 ", most_requests=4, **DAYTIME)
    rules = ContactRules.objects.get(partner=partner)
    assert (rules.tier, rules.phone, rules.most_requests, str(rules.hours)) == (
        ContactTier.PHONE, "850-555-0123", 4, "08:00–21:00",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM partners_contactrules")
        assert "850-555-0123" not in cursor.fetchone()[0]
    assert b"850-555-0123" not in Entry.objects.get(action="partner.contact_rules_set").leaf


def test_the_same_choice_again_writes_nothing():
    user, partner = registrant()
    choose(user, partner, **DAYTIME)
    choose(user, partner, **DAYTIME)
    assert Entry.objects.filter(action="partner.contact_rules_set").count() == 1


def test_the_second_of_two_who_choose_is_told():
    user, partner = registrant()
    choose(user, partner, **DAYTIME)
    with pytest.raises(Stale):
        choose(user, partner, most_requests=2)
    assert choose(user, partner, version=1, most_requests=2).hours is None


def test_a_number_that_no_tier_uses_is_not_kept():
    user, partner = registrant()
    choose(user, partner, tier=ContactTier.TEXT, phone="+1 (850) 555 0123")
    assert choose(user, partner, version=1, tier=ContactTier.REGISTERED, phone="+1 (850) 555 0123").phone == ""


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("tier", {"tier": "telepathy"}),
        ("phone", {"tier": "phone"}),
        ("phone", {"tier": "phone", "phone": "12345"}),
        ("phone", {"tier": "phone", "phone": "call me"}),
        ("phone", {"tier": "phone", "phone": "5" * 41}),
        ("phone", {"tier": "phone", "phone": "8505550123\x00"}),
        ("phone", {"tier": "phone", "phone": "<b>8505550123</b>"}),
        ("closes_at", {"opens_at": time(8)}),
        ("closes_at", {"opens_at": time(8), "closes_at": time(8)}),
        ("time_zone", {"time_zone": "Mars/Olympus"}),
        ("time_zone", {"time_zone": "../../etc/passwd"}),
        ("time_zone", {"time_zone": ""}),
        ("most_requests", {"most_requests": 0}),
        ("most_requests", {"most_requests": 101}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(field, wish):
    user, partner = registrant()
    with pytest.raises(InvalidInput) as refusal:
        choose(user, partner, **wish)
    assert set(refusal.value.fields) == {field}
    assert not ContactRules.objects.exists()


@pytest.mark.parametrize(
    ("role", "refusal"),
    [(MemberRole.OWNER, None), (MemberRole.MANAGER, None), (MemberRole.RESPONDER, NotAllowed), (None, NotFound)],
)
def test_owners_and_managers_choose(role, refusal):
    _owner, partner = registrant()
    user = UserFactory.create()
    if role:
        Membership.objects.create(partner=partner, user=user, role=role)
    if refusal is None:
        choose(user, partner)
        return
    with pytest.raises(refusal):
        choose(user, partner)


def test_who_left_chooses_nothing():
    user, partner = registrant()
    leave_program(partner=partner, user=user, actor=actor_for(user))
    with pytest.raises(WrongState):
        choose(user, partner)


def test_a_limit_counts_the_requests_of_all_agencies_in_the_last_thirty_days():
    user, partner = registrant()
    _other_user, free = registrant()
    choose(user, partner, most_requests=2)
    now = timezone.now()
    keys = [partner.pk, free.pk]

    def asked(days_ago=0, reference=None):
        return record_contacts(
            partner_ids=keys, agency=AgencyFactory.create(), reference=reference or uuid.uuid4(),
            made_at=now - timedelta(days=days_ago),
        )  # fmt: skip

    assert asked(days_ago=31) == set(keys)
    first = uuid.uuid4()
    assert asked(days_ago=20, reference=first) == set(keys)
    assert asked(days_ago=20, reference=first) == set(keys)
    assert asked() == set(keys)
    assert asked() == {free.pk}
    assert Contact.objects.filter(partner=partner).count() == 3
