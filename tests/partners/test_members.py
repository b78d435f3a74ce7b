"""The people of a partner: roles, handing over, removing, leaving, and what is out of reach afterwards."""

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners import policies, selectors, services
from apps.partners.models import MemberInvitation, MemberRole, Membership
from apps.partners.signals import member_left
from apps.partners.states import MemberInvitationState
from tests.factories.actors import actor_for
from tests.factories.api_clients import by_token
from tests.factories.cameras import pending_camera
from tests.factories.people import member, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
OWNER, MANAGER, RESPONDER = MemberRole.OWNER, MemberRole.MANAGER, MemberRole.RESPONDER


def membership(partner, user):
    return Membership.objects.get(partner=partner, user=user)


def change(partner, by, whom, role):
    return services.change_role(membership=membership(partner, whom), role=role, user=by, actor=actor_for(by))


def remove(partner, by, whom):
    return services.remove_member(membership=membership(partner, whom), user=by, actor=actor_for(by))


def leave(partner, user):
    return services.leave_partner(partner=partner, user=user, actor=actor_for(user))


def invite(partner, by, email="new@example.org", role=RESPONDER):
    return services.invite_member(
        partner=partner, email=email, role=role, language="en", user=by, request_key=None, actor=actor_for(by)
    )


VERBS = {
    "invite a manager": lambda p, u, _o: invite(p, u, role=MANAGER),
    "invite a responder": lambda p, u, _o: invite(p, u),
    "change a role": lambda p, u, o: change(p, u, o[RESPONDER], MANAGER),
    "hand over": lambda p, u, o: services.hand_over(membership=membership(p, o[MANAGER]), user=u, actor=actor_for(u)),
    "remove an owner": lambda p, u, o: remove(p, u, o[OWNER]),
    "remove a manager": lambda p, u, o: remove(p, u, o[MANAGER]),
    "remove a responder": lambda p, u, o: remove(p, u, o[RESPONDER]),
    "leave": lambda p, u, _o: leave(p, u),
    "set consents": lambda p, u, _o: services.set_consents(partner=p, user=u, agencies=[], actor=actor_for(u)),
    "leave the program": lambda p, u, _o: services.leave_program(partner=p, user=u, actor=actor_for(u)),
    "register a camera": lambda p, u, _o: _register(p, u),
    "choose sites": lambda p, u, o: _choose_sites(p, u, o[RESPONDER]),
    "see a request": lambda p, u, _o: _sees(u, p),
}
ALL = set(VERBS)
RIGHTS = {
    "owner": ALL,
    "manager": {
        "invite a responder",
        "remove a responder",
        "leave",
        "choose sites",
        "set consents",
        "register a camera",
        "see a request",
    },
    "responder": {"leave", "see a request"},
    "former owner": set(),
    "stranger": set(),
    "program manager": set(),
    "owner made staff": set(),
}


def _register(partner, user):
    from apps.cameras.services import add_site

    return add_site(partner=partner, user=user, name="Shop", request_key=None, actor=actor_for(user))


def _choose_sites(partner, user, whom):
    from apps.cameras.models import Site
    from apps.cameras.services import set_member_sites

    sites = [Site.objects.create(partner=partner, name="Shop").public_id]
    return set_member_sites(membership=membership(partner, whom), sites=sites, user=user, actor=actor_for(user))


def _sees(user, partner):
    if not policies.is_member(user, partner):
        raise NotFound("none")


def _person(name, partner):
    if name == "program manager":
        return staff("program_manager")
    if name == "stranger":
        return registrant()[0]
    if name == "former owner":
        user = member(partner, OWNER)
        membership(partner, user).__class__.objects.filter(user=user).update(ended_at="2026-01-01T00:00Z")
        return user
    user = member(partner, OWNER if name.startswith("owner") else name)
    if name == "owner made staff":
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.refresh_from_db()
    return user


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", RIGHTS)
def test_what_each_role_may_do(name, verb):
    founder, partner = registrant()
    others = {OWNER: founder, MANAGER: member(partner, MANAGER), RESPONDER: member(partner, RESPONDER)}
    user = _person(name, partner)
    if verb in RIGHTS[name]:
        VERBS[verb](partner, user, others)
        return
    before = Entry.objects.count()
    with pytest.raises((NotAllowed, NotFound)) as refusal:
        VERBS[verb](partner, user, others)
    inside = name in ("owner", "manager", "responder")
    assert refusal.type is (NotAllowed if inside else NotFound)
    assert Entry.objects.count() == before


def test_a_changed_role_is_recorded_and_the_person_told():
    owner, partner = registrant()
    helper = member(partner, RESPONDER, language="es")
    change(partner, owner, helper, MANAGER)
    entry = Entry.objects.get(action="membership.role_changed")
    assert (entry.facts["role"], entry.facts["role_before"]) == ("manager", "responder")
    assert entry.facts["partner"] == str(partner.public_id)
    assert Message.objects.get(kind="member.role_changed").recipient == helper.email
    change(partner, owner, helper, MANAGER)
    assert Entry.objects.filter(action="membership.role_changed").count() == 1


def test_a_role_that_is_none_is_refused():
    owner, partner = registrant()
    with pytest.raises(InvalidInput):
        change(partner, owner, member(partner), "emperor")


@pytest.mark.parametrize("verb", ["leave", "demote"])
def test_the_last_owner_stays_until_somebody_else_owns_the_account(verb):
    owner, partner = registrant()
    heir = member(partner, MANAGER)
    # Owners who cannot sign in are none.
    for field in ("is_staff", "is_active"):
        ghost = member(partner, OWNER)
        User.objects.filter(pk=ghost.pk).update(**{field: field == "is_staff"})
    act = (lambda: leave(partner, owner)) if verb == "leave" else (lambda: change(partner, owner, owner, RESPONDER))
    with pytest.raises(WrongState) as refusal:
        act()
    assert refusal.value.code == "last_owner"
    assert policies.owns_partner(owner, partner)
    change(partner, owner, heir, OWNER)
    act()
    assert not policies.owns_partner(owner, partner)


def test_handing_over_leaves_one_owner_and_one_manager_and_cannot_be_repeated():
    owner, partner = registrant()
    heir = member(partner, RESPONDER)
    services.hand_over(membership=membership(partner, heir), user=owner, actor=actor_for(owner))
    assert (policies.role_in(heir, partner), policies.role_in(owner, partner)) == (OWNER, MANAGER)
    with pytest.raises(NotAllowed):
        services.hand_over(membership=membership(partner, heir), user=owner, actor=actor_for(owner))
    assert Entry.objects.filter(action="membership.handed_over").count() == 1
    assert Message.objects.get(kind="member.handed_over").recipient == heir.email


def test_an_account_is_not_handed_to_who_cannot_sign_in_nor_to_oneself():
    owner, partner = registrant()
    for whom in (member(partner, is_active=False), owner):
        with pytest.raises(WrongState):
            services.hand_over(membership=membership(partner, whom), user=owner, actor=actor_for(owner))


def test_who_is_removed_keeps_the_session_but_the_partner_is_out_of_reach_at_once_also_by_key(client):
    owner, partner = registrant()
    manager = member(partner, MANAGER)
    camera = pending_camera(partner)
    sign_in(client, manager)
    program = by_token(manager)
    address = f"/api/v1/cameras/{camera.public_id}/"
    assert client.get(reverse("web:edit_camera", args=[camera.public_id])).status_code == 200
    assert program.get(address).status_code == 200
    remove(partner, owner, manager)
    assert client.get(reverse("web:edit_camera", args=[camera.public_id])).status_code in (302, 404)
    assert program.get(address).status_code == 404
    assert client.get(reverse("web:account")).status_code == 200
    assert list(selectors.members_of(partner).values_list("user_id", flat=True)) == [owner.pk]
    assert Message.objects.get(kind="member.removed").recipient == manager.email


def test_removing_again_changes_nothing():
    owner, partner = registrant()
    helper = member(partner)
    first = remove(partner, owner, helper).ended_at
    assert remove(partner, owner, helper).ended_at == first
    assert Entry.objects.filter(action="membership.removed").count() == 1


def test_who_loses_the_right_to_invite_leaves_no_open_invitation_behind():
    owner, partner = registrant()
    second = member(partner, OWNER)
    responder, manager = invite(partner, second), invite(partner, second, "other@example.org", MANAGER)
    kept = invite(partner, owner, "third@example.org", MANAGER)
    change(partner, owner, second, MANAGER)
    states = dict(MemberInvitation.objects.values_list("pk", "state"))
    assert states[responder.pk] == MemberInvitationState.OPEN
    assert states[manager.pk] == MemberInvitationState.WITHDRAWN
    remove(partner, owner, second)
    states = dict(MemberInvitation.objects.values_list("pk", "state"))
    assert states[responder.pk] == MemberInvitationState.WITHDRAWN
    assert states[kept.pk] == MemberInvitationState.OPEN


def test_apps_above_are_told_within_the_act_that_a_member_left():
    _owner, partner = registrant()
    helper, told = member(partner), []

    def listen(membership, **_):
        told.append(membership.user_id)

    member_left.connect(listen)
    try:
        leave(partner, helper)
    finally:
        member_left.disconnect(listen)
    assert told == [helper.pk]


def test_one_and_many_agree_on_who_sees_members_and_invitations():
    owner, partner = registrant()
    manager, responder = member(partner, MANAGER), member(partner, RESPONDER)
    row, invitation = membership(partner, owner), invite(partner, owner)
    expected = {owner: (True, True), manager: (True, True), responder: (True, False), registrant()[0]: (False, False)}
    expected[staff("program_manager")] = (False, False)
    for user, (sees_member, sees_invitation) in expected.items():
        assert policies.can_view_membership(user, row) is sees_member
        assert policies.viewable_memberships(user).filter(pk=row.pk).exists() is sees_member
        assert policies.can_view_member_invitation(user, invitation) is sees_invitation
        assert policies.viewable_member_invitations(user).filter(pk=invitation.pk).exists() is sees_invitation


def test_the_choice_of_a_partner_lasts_and_a_left_one_is_never_current():
    user, home = registrant()
    _other, shop = registrant()
    assert selectors.current_partner_of(user) == home
    Membership.objects.create(partner=shop, user=user, role=RESPONDER)
    assert selectors.current_partner_of(user) == shop
    services.choose_partner(user=user, partner=home)
    assert selectors.current_partner_of(User.objects.get(pk=user.pk)) == home
    services.leave_program(partner=home, user=user, actor=actor_for(user))
    assert selectors.current_partner_of(user) == shop
    with pytest.raises(NotFound):
        services.choose_partner(user=user, partner=registrant()[1])
