"""Two owners and one account, one invitation and two taps: at the same moment."""

from __future__ import annotations

import pytest

from apps.core.errors import NotFound, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners import services
from apps.partners.models import MemberInvitation, MemberRole, Membership
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.people import UserFactory, member, registrant, verified

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = MemberRole.OWNER


def owners(partner):
    return Membership.objects.filter(partner=partner, role=OWNER, ended_at__isnull=True).count()


def row(partner, user):
    return Membership.objects.get(partner=partner, user=user)


@pytest.mark.parametrize("round_", range(3))
def test_two_owners_who_remove_each_other_leave_one(round_):
    first, partner = registrant()
    second = member(partner, OWNER)
    acts = [
        lambda: services.remove_member(membership=row(partner, second), user=first, actor=actor_for(first)),
        lambda: services.remove_member(membership=row(partner, first), user=second, actor=actor_for(second)),
    ]
    answers = at_once(acts)
    assert owners(partner) == 1
    assert [type(one) for one in answers].count(NotFound) == 1, answers
    assert Entry.objects.filter(action="membership.removed").count() == 1


def test_two_owners_who_leave_at_once_leave_one():
    first, partner = registrant()
    second = member(partner, OWNER)
    answers = at_once(
        [
            lambda: services.leave_partner(partner=partner, user=first, actor=actor_for(first)),
            lambda: services.leave_partner(partner=partner, user=second, actor=actor_for(second)),
        ]
    )
    assert owners(partner) == 1
    assert [type(one) for one in answers].count(WrongState) == 1, answers


def test_handing_over_twice_at_once_makes_one_new_owner():
    first, partner = registrant()
    heirs = [member(partner), member(partner)]
    at_once(
        [
            lambda heir=heir: services.hand_over(membership=row(partner, heir), user=first, actor=actor_for(first))
            for heir in heirs
        ]
    )
    assert owners(partner) == 1
    assert Entry.objects.filter(action="membership.handed_over").count() == 1


def offer(partner, owner, email):
    return services.invite_member(
        partner=partner,
        email=email,
        role="responder",
        language="en",
        user=owner,
        request_key=None,
        actor=actor_for(owner),
    )


def test_an_invitation_accepted_many_times_at_once_makes_one_member():
    owner, partner = registrant()
    user = verified(UserFactory.create())
    invitation = offer(partner, owner, user.email)

    def accept() -> Membership:
        return services.accept_invitation(invitation=invitation, user=user, actor=actor_for(user))

    answers = at_once([accept] * 8)
    assert {type(one) for one in answers} == {Membership}, answers
    assert Membership.objects.filter(partner=partner, user=user).count() == 1
    assert Entry.objects.filter(action="member_invitation.accepted").count() == 1


def test_withdrawn_and_accepted_at_once_it_is_one_of_the_two():
    owner, partner = registrant()
    user = verified(UserFactory.create())
    invitation = offer(partner, owner, user.email)
    at_once(
        [
            lambda: services.accept_invitation(invitation=invitation, user=user, actor=actor_for(user)),
            lambda: services.withdraw_invitation(invitation=invitation, user=owner, actor=actor_for(owner)),
        ]
    )
    invitation.refresh_from_db()
    joined = Membership.objects.filter(partner=partner, user=user).exists()
    assert joined is (invitation.state == "accepted")


def test_one_address_invited_many_times_at_once_gets_one_letter():
    owner, partner = registrant()
    answers = at_once(
        [
            lambda: services.invite_member(
                partner=partner,
                email="ada@example.org",
                role="responder",
                language="en",
                user=owner,
                request_key=None,
                actor=actor_for(owner),
            )
        ]
        * 6
    )
    assert [type(one) for one in answers].count(MemberInvitation) == 1, answers
    assert Message.objects.filter(kind="member.invited").count() == 1
