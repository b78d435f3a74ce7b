"""Joining, allowing, leaving."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from apps.partners import policies, selectors
from apps.partners.models import Consent, MemberRole, Membership, Partner, PartnerKind
from apps.partners.services import join_program, leave_program, set_consents
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db


def join(user, *agencies, kind=PartnerKind.RESIDENT, name="The Does", key=None):
    return join_program(
        user=user, kind=kind, name=name, agencies=agencies, request_key=key or uuid.uuid4(), actor=actor_for(user)
    )


def test_who_joins_owns_the_partner_and_allows_the_agencies_that_were_chosen():
    user, asked, other = UserFactory.create(), AgencyFactory.create(), AgencyFactory.create()
    partner = join(user, asked)
    assert list(selectors.partners_of(user)) == [partner]
    assert policies.can_manage_partner(user, partner)
    assert list(selectors.consented_agencies(partner)) == [asked]
    assert other not in selectors.consented_agencies(partner)
    entry = Entry.objects.get(action="partner.joined")
    assert b"Does" not in entry.leaf


def test_a_repeated_key_joins_once():
    user, key = UserFactory.create(), uuid.uuid4()
    assert join(user, key=key) == join(user, key=key)
    assert Partner.objects.count() == 1
    assert Entry.objects.filter(action="partner.joined").count() == 1


def test_somebody_elses_key_finds_nothing():
    key = uuid.uuid4()
    join(UserFactory.create(), key=key)
    with pytest.raises(NotFound):
        join(UserFactory.create(), key=key)


def test_a_staff_account_cannot_take_part():
    with pytest.raises(NotAllowed) as refusal:
        join(StaffFactory.create())
    assert refusal.value.code == "staff_account"
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("field", "change"),
    [("kind", {"kind": "robot"}), ("name", {"name": ""}), ("name", {"name": "x" * 121}), ("name", {"name": "a\x00b"})],
)
def test_bad_values_are_refused_with_their_field(field, change):
    with pytest.raises(InvalidInput) as refusal:
        join(UserFactory.create(), **change)
    assert set(refusal.value.fields) == {field}


def test_an_agency_that_takes_no_part_cannot_be_allowed():
    with pytest.raises(InvalidInput):
        join(UserFactory.create(), AgencyFactory.create(is_active=False))


def test_consents_are_granted_and_withdrawn_as_chosen():
    first, second = AgencyFactory.create(), AgencyFactory.create()
    user, partner = registrant(first)
    set_consents(partner=partner, user=user, agencies=[second], actor=actor_for(user))
    assert list(selectors.consented_agencies(partner)) == [second]
    assert Consent.objects.get(agency=first).withdrawn_at is not None
    set_consents(partner=partner, user=user, agencies=[first, second], actor=actor_for(user))
    assert Consent.objects.filter(partner=partner, agency=first).count() == 2
    assert Entry.objects.filter(action="partner.consents_set").count() == 2
    set_consents(partner=partner, user=user, agencies=[first, second], actor=actor_for(user))
    assert Entry.objects.filter(action="partner.consents_set").count() == 2


def test_leaving_ends_every_consent_and_leaving_again_changes_nothing():
    user, partner = registrant(AgencyFactory.create(), AgencyFactory.create())
    left = leave_program(partner=partner, user=user, actor=actor_for(user))
    assert not selectors.consented_agencies(partner).exists()
    assert leave_program(partner=partner, user=user, actor=actor_for(user)).left_at == left.left_at
    assert Entry.objects.filter(action="partner.left").count() == 1
    assert list(selectors.partners_of(user)) == [partner]
    with pytest.raises(WrongState):
        set_consents(partner=partner, user=user, agencies=[AgencyFactory.create()], actor=actor_for(user))


@pytest.mark.parametrize(
    ("role", "refusal"),
    [(MemberRole.OWNER, None), (MemberRole.MANAGER, None), (MemberRole.RESPONDER, NotAllowed), (None, NotFound)],
)
def test_owners_and_managers_run_the_account(role, refusal):
    _owner, partner = registrant()
    user = UserFactory.create()
    if role:
        Membership.objects.create(partner=partner, user=user, role=role)
    if refusal is None:
        set_consents(partner=partner, user=user, agencies=[], actor=actor_for(user))
        return
    with pytest.raises(refusal):
        set_consents(partner=partner, user=user, agencies=[], actor=actor_for(user))


def _people(partner):
    members = {role: UserFactory.create() for role in MemberRole.values}
    for role, user in members.items():
        Membership.objects.create(partner=partner, user=user, role=role)
    former, turned_staff, inactive = (UserFactory.create() for _ in range(3))
    Membership.objects.create(partner=partner, user=former, role=MemberRole.OWNER, ended_at=timezone.now())
    for user in (turned_staff, inactive):
        Membership.objects.create(partner=partner, user=user, role=MemberRole.OWNER)
    turned_staff.is_staff = True
    turned_staff.save()
    inactive.is_active = False
    inactive.save()
    seen = {**members, **{role: staff(role) for role in Role.values}}
    return {**seen, "stranger": UserFactory.create(), "former": former, "turned staff": turned_staff,
            "inactive": inactive, "nobody": AnonymousUser()}  # fmt: skip


def test_who_sees_a_partner_and_one_and_many_agree():
    _owner, partner = registrant(AgencyFactory.create())
    registrant(AgencyFactory.create())
    consent = Consent.objects.get(partner=partner)
    expected = {"owner", "manager", "responder", "program_manager", "auditor"}
    for name, user in _people(partner).items():
        assert policies.can_view_partner(user, partner) is (name in expected), name
        assert policies.viewable_partners(user).filter(pk=partner.pk).exists() is (name in expected), name
        assert policies.can_view_consent(user, consent) is (name in expected), name
        assert policies.viewable_consents(user).filter(pk=consent.pk).exists() is (name in expected), name


def test_everybody_who_acts_for_a_partner_is_written_to():
    user, partner = registrant()
    responder = UserFactory.create()
    Membership.objects.create(partner=partner, user=responder, role=MemberRole.RESPONDER)
    Membership.objects.create(
        partner=partner, user=UserFactory.create(), role=MemberRole.OWNER, ended_at=timezone.now()
    )
    assert selectors.contacts_of([partner.pk]) == {partner.pk: [user, responder]}
