"""The pages on which people are invited, changed, removed, and on which they say yes."""

import re
import time
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.notifications.models import Message
from apps.partners import policies, services
from apps.partners.models import MemberInvitation, MemberRole, Membership
from tests.factories.actors import actor_for
from tests.factories.links import post_secret
from tests.factories.people import StaffFactory, UserFactory, member, registrant, verified
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shop(client):
    owner, partner = registrant()
    sign_in(client, owner)
    return owner, partner


def body(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def invite(client, email="new@example.org", role="responder", **more):
    data = {"email": email, "role": role, "language": "en", "request_key": str(uuid.uuid4())} | more
    return client.post(reverse("web:members"), data)


def letters_link():
    letter = Message.objects.filter(kind="member.invited").last().text
    return re.search(r"/invited/\S+", letter)[0]


def link():
    """The page's path, without the secret."""
    return letters_link().partition("#")[0]


def follow(client):
    """Open the letter's link, as the landing page's script does."""
    subject = MemberInvitation.objects.last().public_id
    assert post_secret(client, "member", subject, letters_link().partition("#")[2]).status_code == 303
    return client


def row(partner, user):
    return Membership.objects.get(partner=partner, user=user).public_id


def test_alone_one_is_told_why_to_invite_and_cannot_leave_from_here(client, shop):
    page = body(client, "web:members")
    assert "So far it is only you." in page
    assert reverse("web:member_leave") not in page


def test_an_invitation_is_sent_listed_sent_again_and_withdrawn(client, shop):
    assert invite(client).status_code == 302
    assert "new@example.org" in body(client, "web:members")
    address = reverse("web:member_invitation", args=[MemberInvitation.objects.get().public_id])
    first = letters_link()
    client.post(address, {"again": ""})
    assert letters_link() != first
    client.post(address, {"withdraw": ""})
    assert "new@example.org" not in body(client, "web:members")


def test_what_is_wrong_stands_beside_the_field(client, shop):
    answer = invite(client, email="nobody")
    assert answer.status_code == 422
    assert "email" in answer.context["form"].errors
    invite(client)
    again = invite(client)
    assert again.status_code == 422
    assert "open invitation already" in str(again.context["form"].errors["email"])


def test_inviting_staff_looks_like_inviting_anybody(client, shop):
    StaffFactory.create(email="officer@example.org")
    pages = []
    for email in ("officer@example.org", "private@example.org"):
        page = {"email": email, "role": "responder", "language": "en", "request_key": str(uuid.uuid4())}
        answer = client.post(reverse("web:members"), page, follow=True)
        text = answer.content.decode().replace(email, "ADDRESS")
        pages.append((answer.status_code, re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", text)))
        client.post(
            reverse("web:member_invitation", args=[MemberInvitation.objects.last().public_id]), {"withdraw": ""}
        )
        client.get(reverse("web:members"))  # reads the notice
    assert pages[0] == pages[1]


def test_a_manager_invites_responders_alone_and_a_responder_nobody(client, shop):
    _owner, partner = shop
    manager, responder = member(partner, MemberRole.MANAGER), member(partner)
    sign_in(client, manager)
    assert invite(client, role="manager").status_code == 422
    assert invite(client).status_code == 302
    sign_in(client, responder)
    assert invite(client, email="x@example.org").status_code in (403, 422)
    page = body(client, "web:members")
    assert "new@example.org" not in page
    assert manager.email not in page
    assert manager.name in page


def test_the_link_says_who_invites_and_keeps_its_address_through_signing_in(client, shop):
    owner, partner = shop
    invite(client)
    assert owner.name not in Client().get(link()).content.decode()
    stranger = follow(Client())
    page = stranger.get(link()).content.decode()
    assert owner.name in page
    assert partner.name in page
    assert f"{reverse('account_signup')}?next=" in page
    assert "new@example.org" not in page
    assert stranger.post(link(), {"accept": ""}).status_code == 403


def test_the_invited_person_accepts_and_a_second_tap_leads_on_kindly(client, shop):
    _owner, partner = shop
    invite(client)
    user = verified(UserFactory.create(email="new@example.org"))
    invited = sign_in(follow(Client()), user)
    assert "Yes, accept" in invited.get(link()).content.decode()
    for _ in range(2):
        answer = invited.post(link(), {"accept": ""}, follow=True)
        assert answer.status_code == 200
        assert "You now act for" in answer.content.decode()
    assert invited.get(link()).status_code == 302
    assert policies.is_member(user, partner)


def test_declining_is_one_tap(client, shop):
    invite(client)
    user = verified(UserFactory.create(email="new@example.org"))
    invited = sign_in(follow(Client()), user)
    assert "You declined" in invited.post(link(), {"decline": ""}, follow=True).content.decode()
    assert invited.get(link()).status_code == 409


def test_with_another_address_one_is_told_what_to_do_and_not_which_address(client, shop):
    invite(client)
    other = sign_in(follow(Client()), verified(UserFactory.create()))
    answer = other.get(link())
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "sign in with the invited address" in page
    assert "new@example.org" not in page
    officer = sign_in(follow(Client()), verified(StaffFactory.create(email="officer@example.org")))
    assert "staff account" in officer.get(link()).content.decode()


@pytest.mark.parametrize("page", ["web:member_role", "web:member_hand_over"])
def test_changing_owners_asks_for_the_password_again(client, shop, page):
    _owner, partner = shop
    helper = member(partner)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    answer = client.post(reverse(page, args=[row(partner, helper)]), {"role": "owner", "sure": "on"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert policies.role_in(helper, partner) == MemberRole.RESPONDER


def test_a_role_is_changed_an_account_handed_over_and_a_member_removed_on_their_pages(client, shop):
    owner, partner = shop
    helper = member(partner)
    client.post(reverse("web:member_role", args=[row(partner, helper)]), {"role": "manager"})
    assert policies.role_in(helper, partner) == MemberRole.MANAGER
    client.post(reverse("web:member_hand_over", args=[row(partner, helper)]), {"sure": "on"})
    assert policies.owns_partner(helper, partner)
    assert not policies.owns_partner(owner, partner)
    sign_in(client, helper)
    client.post(reverse("web:member_remove", args=[row(partner, owner)]), {"sure": "on"})
    assert not policies.is_member(owner, partner)


def test_without_the_tick_nothing_happens(client, shop):
    _owner, partner = shop
    helper = member(partner)
    for page in ("web:member_remove", "web:member_hand_over"):
        assert client.post(reverse(page, args=[row(partner, helper)]), {"sure": ""}).status_code == 422
    assert policies.role_in(helper, partner) == MemberRole.RESPONDER


@pytest.mark.parametrize("page", ["web:member_role", "web:member_remove", "web:member_hand_over"])
def test_members_of_others_are_not_found(client, shop, page):
    theirs, partner = registrant()
    address = reverse(page, args=[row(partner, theirs)])
    assert client.get(address).status_code == 404
    assert client.post(address, {"role": "responder", "sure": "on"}).status_code == 404
    assert policies.owns_partner(theirs, partner)


def test_the_last_owner_is_told_what_to_do_instead(client, shop):
    owner, partner = shop
    answer = client.post(reverse("web:member_leave"), {"sure": "on"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "last owner" in page
    assert reverse("web:leave") in page
    demoted = client.post(reverse("web:member_role", args=[row(partner, owner)]), {"role": "manager"})
    assert demoted.status_code == 409
    assert policies.owns_partner(owner, partner)


def test_leaving_oneself_leads_to_what_is_left(client, shop):
    _owner, partner = shop
    helper = member(partner)
    sign_in(client, helper)
    answer = client.post(reverse("web:member_leave"), {"sure": "on"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("web:join")
    assert not policies.is_member(helper, partner)


def test_the_history_says_who_came_changed_and_went_in_local_time(client, shop):
    owner, partner = shop
    invite(client)
    user = verified(UserFactory.create(email="new@example.org", name="Nia"))
    sign_in(follow(Client()), user).post(link(), {"accept": ""})
    for role in ("manager", "responder"):
        services.change_role(
            membership=Membership.objects.get(user=user), role=role, user=owner, actor=actor_for(owner)
        )
    services.remove_member(membership=Membership.objects.get(user=user), user=owner, actor=actor_for(owner))
    owner.time_zone = "America/New_York"
    owner.save()
    page = body(client, "web:members_history")
    for words in ("Nia joined as responder.", "Nia became manager.", "Nia was removed.", f"by {owner.name}"):
        assert words in page
    assert re.search(r"\((EST|EDT)\)", page)
