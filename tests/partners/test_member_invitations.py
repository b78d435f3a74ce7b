"""Inviting people: what stands in the letter, who may accept, what a second use does, what nobody learns."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.links.access import link_by_secret
from apps.links.secrets import digest_of_token
from apps.notifications.models import Message
from apps.partners import policies, selectors, services
from apps.partners.link_kinds import MEMBER
from apps.partners.models import MemberInvitation, MemberRole, Membership
from apps.partners.services.invitations import MOST_LETTERS
from apps.partners.states import MemberInvitationState
from tests.factories.actors import actor_for
from tests.factories.links import link_of
from tests.factories.people import StaffFactory, UserFactory, member, registrant, verified

pytestmark = pytest.mark.django_db
ADDRESS = "new@example.org"
SYSTEM = Actor.system("test")


def invite(partner, by, email=ADDRESS, role=MemberRole.RESPONDER, language="en", key=None):
    return services.invite_member(
        partner=partner, email=email, role=role, language=language, user=by, request_key=key, actor=actor_for(by)
    )


def token_in_the_letter():
    letter = Message.objects.filter(kind="member.invited").last().text
    return re.search(r"/invited/(\S+)", letter)[1]


def behind(token):
    """What the link of a letter opens: the path's id and the secret behind the `#`."""
    subject, _, secret = token.partition("/#")
    link = link_by_secret(kind=MEMBER, subject=uuid.UUID(subject), secret=secret)
    if link is None:
        raise NotFound("link")
    return MemberInvitation.objects.get(public_id=link.subject)


def accept(token, user):
    return services.accept_invitation(invitation=behind(token), user=user, actor=actor_for(user))


def decline(token, user):
    return services.decline_invitation(invitation=behind(token), user=user, actor=actor_for(user))


@pytest.fixture
def shop():
    return registrant()


@pytest.fixture
def invited():
    return verified(UserFactory.create(email=ADDRESS))


def test_the_secret_stands_in_the_letter_alone(shop):
    owner, partner = shop
    invitation = invite(partner, owner)
    address, _, token = token_in_the_letter().partition("#")
    assert address == f"{invitation.public_id}/"
    assert link_of(invitation.public_id).token_digest == digest_of_token(token)
    leaf = bytes(Entry.objects.get(action="member_invitation.sent").leaf)
    assert token.encode() not in leaf
    assert ADDRESS.encode() not in leaf


def test_the_invited_person_becomes_a_member_and_their_pages_are_the_partners(shop, invited):
    owner, partner = shop
    home = services.join_program(
        user=invited, kind="resident", name="Home", agencies=[], request_key=None, actor=actor_for(invited)
    )
    invite(partner, owner, role=MemberRole.MANAGER)
    membership = accept(token_in_the_letter(), invited)
    assert (membership.partner, membership.role) == (partner, MemberRole.MANAGER)
    assert selectors.current_partner_of(invited) == partner
    assert set(selectors.partners_of(invited)) == {home, partner}
    assert MemberInvitation.objects.get().email == ""


def test_the_address_is_compared_without_regard_to_case(shop):
    owner, partner = shop
    invite(partner, owner, "  Ada@Example.ORG ")
    assert accept(token_in_the_letter(), verified(UserFactory.create(email="ada@example.org")))


def test_used_twice_by_the_same_person_it_changes_nothing(shop, invited):
    owner, partner = shop
    invite(partner, owner)
    token = token_in_the_letter()
    assert accept(token, invited) == accept(token, invited)
    assert Entry.objects.filter(action="member_invitation.accepted").count() == 1
    with pytest.raises(WrongState):
        accept(token, verified(UserFactory.create()))
    assert Membership.objects.filter(partner=partner).count() == 2


def test_a_person_who_was_removed_does_not_come_back_by_the_old_link(shop, invited):
    owner, partner = shop
    invite(partner, owner)
    token = token_in_the_letter()
    services.remove_member(membership=accept(token, invited), user=owner, actor=actor_for(owner))
    with pytest.raises(WrongState):
        accept(token, invited)
    assert not policies.is_member(invited, partner)


@pytest.mark.parametrize("who", ["another address", "not verified", "staff"])
def test_only_the_invited_address_proven_by_mail_may_answer(shop, who):
    owner, partner = shop
    invite(partner, owner)
    user = {
        "another address": lambda: verified(UserFactory.create()),
        "not verified": lambda: UserFactory.create(email=ADDRESS),
        "staff": lambda: verified(StaffFactory.create(email=ADDRESS)),
    }[who]()
    for answer in (accept, decline):
        with pytest.raises(NotAllowed) as refusal:
            answer(token_in_the_letter(), user)
        assert refusal.value.code == ("staff_account" if who == "staff" else "other_address")
    assert MemberInvitation.objects.get().state == MemberInvitationState.OPEN
    assert Membership.objects.filter(partner=partner).count() == 1


def test_inviting_tells_nothing_about_the_address(shop):
    owner, partner = shop
    StaffFactory.create(email="officer@example.org")
    verified(UserFactory.create(email="known@example.org", language="en"))
    seen = []
    for email in ("officer@example.org", "known@example.org", "nobody@example.org"):
        invitation = invite(partner, owner, email)
        letter = Message.objects.get(dedupe_key__contains=str(invitation.public_id))
        link = link_of(invitation.public_id)
        body = letter.text.replace(link.address, "").replace(link.code, "")
        body = re.sub(r"/no-mail/\S+", "", body)
        entry = Entry.objects.get(subject_id=str(invitation.public_id))
        seen.append((invitation.state, invitation.role, invitation.language, letter.subject, body, set(entry.facts)))
    assert seen[0] == seen[1] == seen[2]


def test_the_letter_is_in_the_language_of_the_account_else_in_the_chosen_one(shop):
    owner, partner = shop
    UserFactory.create(email=ADDRESS, language="es")
    assert invite(partner, owner, language="en").language == "es"
    assert invite(partner, owner, "other@example.org", language="es").language == "es"
    assert invite(partner, owner, "third@example.org", language="tlh").language == "en"


def test_one_address_has_one_open_invitation_and_a_member_none(shop):
    owner, partner = shop
    invite(partner, owner)
    with pytest.raises(WrongState) as refusal:
        invite(partner, owner, ADDRESS.upper())
    assert refusal.value.code == "already_invited"
    with pytest.raises(InvalidInput):
        invite(partner, owner, member(partner).email)
    assert Message.objects.filter(kind="member.invited").count() == 1


def test_a_repeated_key_finds_the_first_and_another_partners_key_nothing(shop):
    owner, partner = shop
    key = uuid.uuid4()
    assert invite(partner, owner, key=key) == invite(partner, owner, key=key)
    assert Message.objects.filter(kind="member.invited").count() == 1
    other, theirs = registrant()
    with pytest.raises(NotFound):
        invite(theirs, other, key=key)


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "x" * 250 + "@example.org", "a@example.org\nBcc: b@x.org", None]
)
def test_an_address_that_is_none_is_refused_beside_its_field(shop, email):
    owner, partner = shop
    with pytest.raises(InvalidInput) as refusal:
        invite(partner, owner, email)
    assert set(refusal.value.fields) == {"email"}


def test_nobody_is_invited_as_owner(shop):
    owner, partner = shop
    with pytest.raises(InvalidInput):
        invite(partner, owner, role=MemberRole.OWNER)


def test_sent_again_the_old_link_dies_and_the_new_one_opens(shop, invited):
    owner, partner = shop
    invitation = invite(partner, owner)
    old = token_in_the_letter()
    services.send_again(invitation=invitation, user=owner, actor=actor_for(owner))
    with pytest.raises(NotFound):
        accept(old, invited)
    assert accept(token_in_the_letter(), invited)


def test_an_invitation_is_not_sent_for_ever(shop, settings):
    settings.LETTERS_PER_ADDRESS_PER_DAY = MOST_LETTERS
    owner, partner = shop
    invitation = invite(partner, owner)
    for _ in range(MOST_LETTERS - 1):
        services.send_again(invitation=invitation, user=owner, actor=actor_for(owner))
    with pytest.raises(TooMany):
        services.send_again(invitation=invitation, user=owner, actor=actor_for(owner))
    assert Message.objects.filter(kind="member.invited").count() == MOST_LETTERS


def test_withdrawn_it_opens_nothing_and_its_address_is_forgotten(shop, invited):
    owner, partner = shop
    invitation = invite(partner, owner)
    for _ in range(2):
        services.withdraw_invitation(invitation=invitation, user=owner, actor=actor_for(owner))
    with pytest.raises(WrongState):
        accept(token_in_the_letter(), invited)
    assert MemberInvitation.objects.get().email == ""
    assert Entry.objects.filter(action="member_invitation.withdrawn").count() == 1
    assert invite(partner, owner).pk != invitation.pk


def test_declined_it_is_over_and_may_be_made_anew(shop, invited):
    owner, partner = shop
    invite(partner, owner)
    token = token_in_the_letter()
    assert decline(token, invited) == decline(token, invited)
    with pytest.raises(WrongState):
        accept(token, invited)
    assert invite(partner, owner)


def test_after_its_day_it_opens_nothing_and_the_sweep_forgets_the_address_once(shop, invited):
    owner, partner = shop
    invite(partner, owner)
    token = token_in_the_letter()
    MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongState):
        accept(token, invited)
    assert list(selectors.open_invitations_of(owner, partner)) == []
    assert services.expire_invitations(actor=SYSTEM) == 1
    assert services.expire_invitations(actor=SYSTEM) == 0
    gone = MemberInvitation.objects.get()
    assert (gone.state, gone.email, gone.address_digest) == (MemberInvitationState.EXPIRED, "", "")


def test_an_invitation_that_ran_out_does_not_stand_in_the_way_of_a_new_one(shop):
    owner, partner = shop
    invite(partner, owner)
    MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert invite(partner, owner).state == MemberInvitationState.OPEN


def test_nobody_joins_a_partner_that_left_the_program(shop, invited):
    owner, partner = shop
    invite(partner, owner)
    services.leave_program(partner=partner, user=owner, actor=actor_for(owner))
    with pytest.raises(WrongState):
        accept(token_in_the_letter(), invited)
    with pytest.raises(WrongState):
        invite(partner, owner, "other@example.org")


def test_a_link_that_never_was_opens_nothing(invited):
    for token in ("", "x" * 5000, "naïve\x00", "\ud800"):
        with pytest.raises(NotFound):
            accept(f"{uuid.uuid4()}/#{token}", invited)
