"""A responder who answers for some sites only sees, answers and is told what concerns those, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.cameras.models import Camera, MemberSite, Site
from apps.cameras.policies import can_view_camera, viewable_cameras
from apps.cameras.services import set_member_sites
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests import policies
from apps.footage_requests.models import Match
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.states import Answer, InvitationState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import MemberRole, Membership
from apps.partners.services import change_role
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


class Chain:
    """Two sites with a camera each, an owner, and a responder for the first site."""

    def __init__(self):
        self.agency = AgencyFactory.create()
        self.owner, self.partner = registrant(self.agency)
        self.near = camera_at(self.partner, name="Till")
        self.far = camera_at(self.partner, name="Gate")
        Site.objects.filter(pk=self.far.site_id).update(name="Depot")
        self.helper = member(self.partner, MemberRole.RESPONDER)
        self.membership = Membership.objects.get(user=self.helper)

    def ask_far(self):
        """A request that reaches the second site alone."""
        Camera.objects.filter(pk=self.near.pk).update(state=CameraState.PENDING)
        opened = open_request(self.agency, self.far)
        Camera.objects.filter(pk=self.near.pk).update(state=CameraState.ACTIVE)
        return opened

    def limit(self, *sites, by=None):
        by = by or self.owner
        return set_member_sites(
            membership=self.membership,
            sites=[one.public_id for one in sites] or None,
            user=by,
            actor=actor_for(by),
        )


@pytest.fixture
def chain():
    chain = Chain()
    chain.limit(chain.near.site)
    return chain


def test_one_sees_and_answers_for_the_cameras_of_those_sites_alone(client, chain):
    opened = open_request(chain.agency, chain.near, chain.far)
    [match] = asked_matches(opened.invitation, chain.helper)
    assert match.camera_id == chain.near.pk
    assert len(asked_matches(opened.invitation, chain.owner)) == 2
    sign_in(client, chain.helper)
    page = client.get(reverse("footage_requests:invitation", args=[opened.invitation.public_id])).content.decode()
    assert "Till" in page
    assert "Gate" not in page
    other = Match.objects.get(camera=chain.far)
    client.post(reverse("footage_requests:invitation", args=[opened.invitation.public_id]), {"all": "none"})
    client.post(
        reverse("footage_requests:invitation", args=[opened.invitation.public_id]),
        {f"answer-{other.public_id}": "none"},
    )
    other.refresh_from_db()
    assert other.answer == ""
    assert Match.objects.get(camera=chain.near).answer == Answer.NONE


def test_keeping_and_rules_for_the_whole_partner_are_not_theirs(client, chain):
    opened = open_request(chain.agency, chain.near, chain.far)
    sign_in(client, chain.helper)
    address = reverse("footage_requests:invitation", args=[opened.invitation.public_id])
    assert client.post(address, {"all": "never"}).status_code == 422
    client.post(reverse("footage_requests:kept", args=[opened.invitation.public_id]))
    kept = dict(Match.objects.values_list("camera_id", "kept_at"))
    assert kept[chain.near.pk] is not None
    assert kept[chain.far.pk] is None


def test_what_concerns_another_site_is_not_there(client, chain):
    opened = chain.ask_far()
    type(opened.invitation).objects.update(state=InvitationState.SENT)
    assert not policies.can_view_invitation(chain.helper, opened.invitation)
    assert not policies.viewable_invitations(chain.helper).exists()
    assert policies.can_view_invitation(chain.owner, opened.invitation)
    sign_in(client, chain.helper)
    assert client.get(reverse("web:start")).url == reverse("web:requests")
    page = client.get(reverse("web:requests")).content.decode()
    assert opened.request.code not in page
    assert 'class="count"' not in page


def test_the_count_and_the_clock_are_those_of_their_sites(client, chain):
    opened = open_request(chain.agency, chain.near, chain.far)
    type(opened.invitation).objects.update(state=InvitationState.SENT)
    Match.objects.filter(camera=chain.far).update(overwrite_deadline=timezone.now() + timedelta(hours=3))
    Match.objects.filter(camera=chain.near).update(overwrite_deadline=timezone.now() + timedelta(hours=31))
    sign_in(client, chain.helper)
    page = client.get(reverse("web:requests")).content.decode()
    assert '<span class="count">1' in page
    assert "30 h" in page or "31 h" in page


def test_pairs_agree_on_cameras(chain):
    for user, cameras in ((chain.helper, {chain.near.pk}), (chain.owner, {chain.near.pk, chain.far.pk})):
        assert set(viewable_cameras(user).values_list("pk", flat=True)) == cameras
        for camera in (chain.near, chain.far):
            assert can_view_camera(user, camera) is (camera.pk in cameras)


def test_letters_go_to_those_whom_they_concern_and_without_the_link(chain):
    letters = Message.objects.filter(kind="footage_request.invitation")
    chain.ask_far()
    assert set(letters.values_list("recipient", flat=True)) == {chain.owner.email}
    letters.delete()
    opened = open_request(chain.agency, chain.near, chain.far)
    letters = {one.recipient: one for one in letters}
    assert set(letters) == {chain.owner.email, chain.helper.email}
    theirs = letters[chain.helper.email].words.text
    assert opened.token() not in theirs
    assert "Sign in to answer for your sites:" in theirs
    assert "Your cameras in question: 1" in theirs
    assert opened.token() in letters[chain.owner.email].words.text


def test_links_that_were_mailed_before_are_renewed(chain):
    chain.limit()
    opened = chain.ask_far()
    before = Message.objects.filter(kind="footage_request.invitation").count()
    assert before == 2
    chain.limit(chain.near.site)
    assert Entry.objects.filter(action="invitation.renewed", subject_id=str(opened.request.public_id)).count() == 1


def test_one_act_and_the_same_again_is_none(chain):
    chain.limit(chain.near.site)
    entries = Entry.objects.filter(action="membership.sites_set")
    assert entries.count() == 1
    assert entries.get().facts["sites"] == [str(chain.near.site.public_id)]
    chain.limit()
    assert entries.count() == 2
    assert not MemberSite.objects.exists()


def test_only_sites_of_the_partner_and_only_responders(chain):
    _user, stranger = registrant()
    with pytest.raises(InvalidInput):
        chain.limit(camera_at(stranger).site)
    with pytest.raises(InvalidInput):
        set_member_sites(membership=chain.membership, sites=[], user=chain.owner, actor=actor_for(chain.owner))
    with pytest.raises(NotAllowed):
        chain.limit(chain.far.site, by=chain.helper)
    with pytest.raises(NotFound):
        chain.limit(chain.far.site, by=_user)
    own = Membership.objects.get(user=chain.owner)
    with pytest.raises(WrongState):
        set_member_sites(
            membership=own, sites=[chain.near.site.public_id], user=chain.owner, actor=actor_for(chain.owner)
        )


def test_another_role_ends_the_limit(chain):
    change_role(membership=chain.membership, role="manager", user=chain.owner, actor=actor_for(chain.owner))
    chain.membership.refresh_from_db()
    assert not chain.membership.only_sites
    assert viewable_cameras(chain.helper).count() == 2


def test_the_page_of_people_sets_it_and_shows_it(client, chain):
    sign_in(client, chain.owner)
    page = client.get(reverse("web:members")).content.decode()
    assert "Answers only for: Home" in page
    address = reverse("web:member_sites", args=[chain.membership.public_id])
    assert client.get(address).status_code == 200
    client.post(address, {"reach": "some", "sites": [str(chain.far.site.public_id)]})
    assert list(MemberSite.objects.values_list("site", flat=True)) == [chain.far.site_id]
    assert client.post(address, {"reach": "some"}).status_code == 422
    client.post(address, {"reach": "every"})
    assert not Membership.objects.get(user=chain.helper).only_sites
