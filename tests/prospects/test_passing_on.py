"""Cameras that stay with a house: offered, taken over by a second yes, and the two histories kept apart."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.matching import find_matches
from apps.cameras.models import Camera, CameraView
from apps.cameras.services import approve_camera
from apps.cameras.services.registration import update_camera
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.footage_requests.models import Match
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer as Said
from apps.geo import parse_area
from apps.ledger.models import Entry
from apps.links.models import Link
from apps.notifications.models import Message
from apps.partners.models import Consent, MemberRole, Membership, Partner
from apps.partners.services import remove_member
from apps.privacy.closing import close_account, erase_account
from apps.prospects import services
from apps.prospects.models import CameraOffer
from apps.prospects.services import Answer
from apps.prospects.states import OfferState
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance
from apps.terms.services.accepting import Shown
from apps.web.cameras.history import history_of
from tests.factories.actors import actor_for
from tests.factories.cameras import reviewer
from tests.factories.footage_requests import camera_at, circle, open_request
from tests.factories.links import code_of, post_secret, token_of
from tests.factories.people import (
    AgencyFactory,
    UserFactory,
    member,
    registrant,
    staff,
    terms_in_force,
    verified,
)
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

HERE = (30.4383, -84.2807)
NEW_MAIL = "next@example.org"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    terms_in_force()


@pytest.fixture
def agency():
    return AgencyFactory.create()


@pytest.fixture
def leaving(agency):
    """A resident with one camera that takes part: person, partner, camera."""
    user, partner = registrant(agency)
    partner.vouched_at = timezone.now()
    partner.save()
    camera = camera_at(partner, *HERE, name="Front door")
    camera.notes = "The key is under the pot."
    camera.save()
    return user, partner, camera


def offered(leaving, *, email: str = "", cameras=None) -> CameraOffer:
    user, _partner, camera = leaving
    return services.offer_cameras(
        site=camera.site,
        cameras=cameras or [camera.public_id],
        email=email,
        language="en",
        user=user,
        request_key=uuid.uuid4(),
        actor=actor_for(user),
    )


def taken(offer: CameraOffer, user, partner=None, *, attested=True, agencies=()) -> list[Camera]:
    terms = terms_in_force()
    return services.take_cameras(
        offer=offer,
        user=user,
        answer=Answer(
            partner=partner,
            name="The Nexts",
            agencies=list(agencies),
            shown=[Shown(terms.public_id, "en", digest_of(terms.text["en"]))],
            request_key=uuid.uuid4(),
            language="en",
        ),
        kind="resident",
        site_name="Our home",
        attested=attested,
        actor=actor_for(user),
    )


def test_nothing_changes_before_the_second_yes(leaving):
    camera = leaving[2]
    before = Camera.objects.values().get(pk=camera.pk)
    offered(leaving)
    assert Camera.objects.values().get() == before


def test_a_yes_ends_the_old_camera_and_begins_a_new_one_with_another_owner(leaving, agency):
    user, partner, old = leaving
    CameraView.objects.create(camera=old, picture=b"pixels", width=1, height=1)
    offer = offered(leaving)
    person = verified(UserFactory.create())
    [new] = taken(offer, person, agencies=[agency])
    old.refresh_from_db()
    assert old.state == CameraState.RETIRED
    assert new.public_id != old.public_id
    assert new.site.partner_id != partner.pk
    stated = {name: value for name, value in stated_values(old).items() if name != "notes"}
    assert {name: value for name, value in stated_values(new).items() if name != "notes"} == stated
    assert new.notes == ""
    assert not CameraView.objects.filter(camera=new).exists()
    assert new.state == CameraState.RETURNED
    assert Membership.objects.get(user=person).role == MemberRole.OWNER
    assert Acceptance.objects.get(user=person).partner == new.site.partner
    assert Consent.objects.get(partner=new.site.partner).agency == agency
    offer.refresh_from_db()
    assert (offer.state, offer.taken_by, offer.email) == (OfferState.TAKEN, new.site.partner, "")
    assert not Link.objects.get(subject=offer.public_id).lives


def test_the_act_is_one_entry_and_each_history_cites_the_offer_alone(leaving):
    offer = offered(leaving)
    [new] = taken(offer, verified(UserFactory.create()))
    entry = Entry.objects.get(action="camera_offer.taken")
    assert entry.facts["cameras"] == [[str(leaving[2].public_id), str(new.public_id)]]
    ended = Entry.objects.get(action="camera.passed_on")
    begun = Entry.objects.get(action="camera.registered", subject_id=str(new.public_id))
    assert ended.facts["offer"] == begun.facts["offer"] == str(offer.public_id)
    assert str(leaving[2].public_id) not in str(begun.facts)
    assert str(new.public_id) not in str(ended.facts)


def test_each_owner_reads_their_own_part_of_the_history(leaving):
    old = leaving[2]
    [new] = taken(offered(leaving), verified(UserFactory.create()))
    assert [line.act for line in history_of(Camera.objects.select_related("site__partner").get(pk=new.pk))] == [
        "You took it over from who had it before."
    ]
    theirs = [line.act for line in history_of(Camera.objects.select_related("site__partner").get(pk=old.pk))]
    assert theirs == ["It was passed on to who moved in."]


def test_both_sides_get_a_letter_that_names_no_other_person(leaving):
    user, partner, _camera = leaving
    person = verified(UserFactory.create())
    taken(offered(leaving), person)
    given = Message.objects.get(kind="camera.given")
    got = Message.objects.get(kind="camera.taken")
    assert (given.recipient, got.recipient) == (user.email, person.email)
    assert "Front door" in given.text
    assert "Front door" in got.text
    assert person.email not in given.text
    assert "The Nexts" not in given.text
    assert user.email not in got.text
    assert partner.name not in got.text


def test_the_new_owner_looks_at_it_then_staff_and_then_it_is_asked(leaving, agency):
    person = verified(UserFactory.create())
    [new] = taken(offered(leaving), person, agencies=[agency])
    area = parse_area(circle())
    assert find_matches(area, agency=agency) == []
    update_camera(
        camera=new,
        version=new.version,
        details=CameraDetails.checked(**stated_values(new)),
        user=person,
        actor=actor_for(person),
    )
    new.refresh_from_db()
    assert new.state == CameraState.PENDING
    manager, purpose = reviewer(agency)
    approve_camera(camera=new, version=new.version, purpose=purpose, user=manager)
    assert [one.camera_id for one in find_matches(area, agency=agency)] == [new.pk]


def test_nobody_asks_the_new_owner_for_video_from_before(leaving, agency):
    [new] = taken(offered(leaving), verified(UserFactory.create()), agencies=[agency])
    Camera.objects.filter(pk=new.pk).update(state=CameraState.ACTIVE)
    area, since = parse_area(circle()), Camera.objects.get(pk=new.pk).asked_from
    assert find_matches(area, agency=agency, until=since - timedelta(minutes=1)) == []
    assert find_matches(area, agency=agency, until=since) == []
    assert [one.camera_id for one in find_matches(area, agency=agency, until=since + timedelta(minutes=1))] == [new.pk]


def test_a_request_for_a_time_before_reaches_nobody_at_that_address(leaving, agency):
    [new] = taken(offered(leaving), verified(UserFactory.create()), agencies=[agency])
    Camera.objects.filter(pk=new.pk).update(state=CameraState.ACTIVE)
    other = camera_at(registrant(agency)[1], HERE[0], HERE[1])
    open_request(agency, other)
    assert list(Match.objects.values_list("camera", flat=True)) == [other.pk]


def test_what_is_open_stays_with_the_old_owner_who_still_answers(leaving, agency):
    user, partner, camera = leaving
    opened = open_request(agency, camera)
    taken(offered(leaving), verified(UserFactory.create()), agencies=[agency])
    assert opened.invitation.partner == partner
    answer_matches(
        invitation=opened.invitation,
        answers={opened.match.public_id: AnswerGiven(Said.HAS_FOOTAGE)},
        actor=actor_for(user),
    )
    opened.match.refresh_from_db()
    assert opened.match.answer == Said.HAS_FOOTAGE


def test_the_same_yes_again_finds_the_first(leaving):
    person = verified(UserFactory.create())
    offer = offered(leaving)
    first = taken(offer, person)
    assert taken(offer, person) == first
    assert Camera.objects.count() == 2
    assert Partner.objects.count() == 2


def test_a_second_person_comes_too_late(leaving):
    offer = offered(leaving)
    taken(offer, verified(UserFactory.create()))
    with pytest.raises(WrongState):
        taken(offer, verified(UserFactory.create()))


def test_a_partner_that_exists_takes_them_over(leaving, agency):
    person, partner = registrant(agency)
    [new] = taken(offered(leaving), person, partner)
    assert new.site.partner == partner
    assert Partner.objects.count() == 2


def test_nobody_takes_their_own_cameras_over(leaving):
    user, partner, _camera = leaving
    with pytest.raises(InvalidInput):
        taken(offered(leaving), user, partner)
    assert Camera.objects.get().state == CameraState.ACTIVE


def test_without_the_attestation_nothing_happens(leaving):
    with pytest.raises(InvalidInput):
        taken(offered(leaving), verified(UserFactory.create()), attested=False)
    assert Partner.objects.count() == 1


def test_for_a_partner_of_somebody_else_nobody_takes_over(leaving):
    with pytest.raises(NotFound):
        taken(offered(leaving), verified(UserFactory.create()), registrant()[1])


def test_staff_take_nothing_over(leaving):
    with pytest.raises(NotAllowed):
        taken(offered(leaving), staff(Role.DETECTIVE, AgencyFactory.create()))


def test_an_offer_to_an_address_is_for_its_reader_alone(leaving):
    offer = offered(leaving, email=NEW_MAIL)
    letter = Message.objects.get(kind="camera.offered")
    assert token_of(offer.public_id) in letter.text
    assert "Front door" not in letter.text
    with pytest.raises(NotAllowed):
        taken(offer, verified(UserFactory.create()))
    unproven = UserFactory.create(email=NEW_MAIL)
    with pytest.raises(NotAllowed):
        taken(offer, unproven)
    EmailAddress.objects.create(user=unproven, email=NEW_MAIL, verified=True)
    assert len(taken(offer, unproven)) == 1


def test_who_the_program_does_not_know_sends_no_letter(leaving):
    _user, partner, _camera = leaving
    partner.vouched_at = None
    partner.save()
    with pytest.raises(WrongState):
        offered(leaving, email=NEW_MAIL)
    assert offered(leaving).state == OfferState.OPEN


@pytest.mark.parametrize("state", [CameraState.PENDING, CameraState.RETURNED, CameraState.RETIRED])
def test_what_is_not_settled_is_not_offered(leaving, state):
    Camera.objects.update(state=state)
    with pytest.raises(InvalidInput):
        offered(leaving)


def test_a_camera_is_offered_once_at_a_time(leaving):
    offer = offered(leaving)
    with pytest.raises(InvalidInput):
        offered(leaving)
    services.withdraw_offer(offer=offer, user=leaving[0], actor=actor_for(leaving[0]))
    assert offered(leaving).state == OfferState.OPEN


def test_only_cameras_of_the_site_are_offered(leaving):
    other = camera_at(registrant()[1], *HERE)
    with pytest.raises(InvalidInput):
        offered(leaving, cameras=[leaving[2].public_id, other.public_id])


def test_what_was_withdrawn_meanwhile_does_not_come_along(leaving):
    user, partner, camera = leaving
    second = camera_at(partner, *HERE, name="Back door")
    Camera.objects.filter(pk=second.pk).update(site=camera.site)
    offer = offered(leaving, cameras=[camera.public_id, second.public_id])
    Camera.objects.filter(pk=second.pk).update(state=CameraState.RETIRED)
    assert [one.name for one in taken(offer, verified(UserFactory.create()))] == ["Front door"]


def test_either_side_ends_the_offer_before_the_yes(leaving):
    user, person = leaving[0], verified(UserFactory.create())
    withdrawn = offered(leaving)
    for _ in range(2):
        services.withdraw_offer(offer=withdrawn, user=user, actor=actor_for(user))
    declined = offered(leaving)
    for _ in range(2):
        services.decline_offer(offer=declined, user=person, actor=actor_for(person))
    for offer in (withdrawn, declined):
        with pytest.raises(WrongState):
            taken(offer, person)
    assert Entry.objects.filter(subject_kind="camera_offer").count() == 4


def test_an_offer_runs_out_and_forgets_its_address(leaving):
    offer = offered(leaving, email=NEW_MAIL)
    with time_machine.travel(offer.expires_at + timedelta(minutes=1), tick=False):
        with pytest.raises(WrongState):
            taken(offer, verified(UserFactory.create(email=NEW_MAIL)))
        assert services.expire_offers(actor=actor_for(leaving[0])) == 1
        assert services.expire_offers(actor=actor_for(leaving[0])) == 0
    offer.refresh_from_db()
    assert (offer.state, offer.email) == (OfferState.EXPIRED, "")


def test_who_only_answers_and_strangers_offer_nothing_and_withdraw_nothing(leaving):
    _user, partner, camera = leaving
    answers, stranger = member(partner), registrant()[0]
    with pytest.raises(NotAllowed):
        offered((answers, partner, camera))
    with pytest.raises(NotFound):
        offered((stranger, partner, camera))
    offer = offered(leaving)
    with pytest.raises(NotFound):
        services.withdraw_offer(offer=offer, user=stranger, actor=actor_for(stranger))


def test_no_offer_outlives_the_right_to_make_it(leaving):
    user, partner, camera = leaving
    manager = member(partner, MemberRole.MANAGER)
    offer = offered((manager, partner, camera))
    remove_member(membership=Membership.objects.get(user=manager), user=user, actor=actor_for(user))
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_erasing_the_old_owner_ends_the_offer_and_erases_the_address(leaving):
    user = leaving[0]
    offer = offered(leaving, email=NEW_MAIL)
    close_account(user=user, actor=actor_for(user))
    with pytest.raises(WrongState):
        taken(offer, verified(UserFactory.create(email=NEW_MAIL)))
    user.refresh_from_db()
    with time_machine.travel(user.erase_at + timedelta(minutes=1), tick=False):
        assert erase_account(user=user)
    offer.refresh_from_db()
    assert (offer.state, offer.email) == (OfferState.WITHDRAWN, "")
    made = Entry.objects.get(action="camera_offer.made")
    assert made.private is None


def test_erasing_the_new_owner_leaves_the_old_ones_things(leaving):
    person = verified(UserFactory.create())
    [new] = taken(offered(leaving), person)
    close_account(user=person, actor=actor_for(person))
    person.refresh_from_db()
    with time_machine.travel(person.erase_at + timedelta(minutes=1), tick=False):
        assert erase_account(user=person)
    new.refresh_from_db()
    old = Camera.objects.get(pk=leaving[2].pk)
    assert (new.name, old.name) == ("", "Front door")
    assert not hasattr(Camera.objects.get(pk=new.pk), "place")


def test_erasing_the_reader_of_an_address_ends_what_is_offered_to_it(leaving):
    person = verified(UserFactory.create(email=NEW_MAIL))
    offer = offered(leaving, email=NEW_MAIL)
    close_account(user=person, actor=actor_for(person))
    person.refresh_from_db()
    with time_machine.travel(person.erase_at - timedelta(minutes=1), tick=False):
        assert CameraOffer.objects.get(pk=offer.pk).state == OfferState.OPEN
    type(person).objects.filter(pk=person.pk).update(erase_at=timezone.now())
    person.refresh_from_db()
    assert erase_account(user=person)
    offer.refresh_from_db()
    assert (offer.state, offer.email) == (OfferState.WITHDRAWN, "")


# Pages


def opened(offer: CameraOffer, client: Client | None = None, *, by_code: bool = False) -> Client:
    client = client or Client()
    secret = code_of(offer.public_id) if by_code else token_of(offer.public_id)
    assert post_secret(client, "offer", offer.public_id, secret).status_code == 303
    return client


def page_of(offer: CameraOffer) -> str:
    return reverse("web:camera_offer", args=[offer.public_id])


def test_before_the_link_is_opened_the_page_shows_nothing(leaving):
    offer = offered(leaving)
    assert "Front door" not in Client().get(page_of(offer)).content.decode()


@pytest.mark.parametrize("by_code", [False, True])
def test_who_has_the_link_reads_names_and_no_place_address_or_person(leaving, by_code):
    user, partner, camera = leaving
    camera.site.address = "12 Secret Lane"
    camera.site.save()
    offer = offered(leaving)
    client = opened(offer, by_code=by_code)
    signed_in = opened(offer, sign_in(Client(), registrant()[0]))
    for one in (client, signed_in):
        page = one.get(page_of(offer)).content.decode()
        assert "Front door" in page
        for hidden in ("Secret Lane", "30.43", "key is under", partner.name, user.email, user.name or "no name"):
            assert hidden not in page
    assert client.post(page_of(offer), {"attested": "on"}).status_code == 403


def yes(client: Client, offer: CameraOffer, **more):
    page = client.get(page_of(offer)).content.decode()
    form = {
        "shown": re.findall(r'name="shown" value="([^"]+)"', page),
        "request_key": re.search(r'name="request_key" value="([^"]+)"', page)[1],
        "name": "The Nexts",
        "kind": "business",
        "site_name": "Corner shop",
        "attested": "on",
    }
    return client.post(page_of(offer), form | more)


def test_who_moves_in_says_yes_on_the_page(leaving, agency):
    offer = offered(leaving)
    person = verified(UserFactory.create())
    client = opened(offer, sign_in(Client(), person))
    answer = yes(client, offer, agencies=[agency.pk])
    assert answer.url == reverse("web:cameras")
    new = Camera.objects.get(site__partner__memberships__user=person)
    assert (new.site.name, new.site.partner.kind) == ("Corner shop", "business")
    page = client.get(reverse("web:cameras")).content.decode()
    assert "You took it over as it was registered." in page
    # The link is over for everybody else, and leads its taker to the cameras.
    assert client.get(page_of(offer)).url == reverse("web:cameras")
    other = sign_in(Client(), registrant()[0])
    assert post_secret(other, "offer", offer.public_id, token_of(offer.public_id)).status_code != 500
    assert "Front door" not in other.get(page_of(offer)).content.decode()


def test_a_form_without_the_attestation_is_refused_and_keeps_what_was_typed(leaving):
    offer = offered(leaving)
    client = opened(offer, sign_in(Client(), verified(UserFactory.create())))
    answer = yes(client, offer, attested="")
    assert answer.status_code == 422
    assert "Corner shop" in answer.content.decode()
    assert Camera.objects.count() == 1


def test_terms_that_changed_meanwhile_accept_nothing(leaving):
    offer = offered(leaving)
    client = opened(offer, sign_in(Client(), verified(UserFactory.create())))
    answer = yes(client, offer, shown=["00000000-0000-0000-0000-000000000000 en 00"])
    assert answer.status_code == 409
    assert (Camera.objects.count(), Partner.objects.count()) == (1, 1)


def test_the_owner_offers_shows_and_withdraws_on_pages(leaving):
    user, partner, camera = leaving
    client = sign_in(Client(), user)
    assert "1 camera can be passed on." in client.get(reverse("web:pass_on")).content.decode()
    form_page = reverse("web:pass_on_site", args=[camera.site.public_id])
    page = client.get(form_page).content.decode()
    answer = client.post(
        form_page,
        {
            "for_partner": str(partner.public_id),
            "request_key": re.search(r'name="request_key" value="([^"]+)"', page)[1],
            "cameras": [str(camera.public_id)],
            "email": "",
            "language": "en",
        },
    )
    offer = CameraOffer.objects.get()
    shown = client.get(answer.url).content.decode()
    assert token_of(offer.public_id) in shown
    assert code_of(offer.public_id) in shown
    assert "data:image/svg+xml" in shown
    client.post(answer.url, {"for_partner": str(partner.public_id)})
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert token_of(offer.public_id) not in client.get(answer.url).content.decode()


def test_a_stranger_and_a_responder_see_no_offer(leaving):
    _user, partner, camera = leaving
    offer = offered(leaving)
    for person, status in ((registrant()[0], 404), (member(partner), 403)):
        client = sign_in(Client(), person)
        assert client.get(reverse("web:pass_on_offer", args=[offer.public_id])).status_code == status
        assert client.get(reverse("web:pass_on_site", args=[camera.site.public_id])).status_code == status


def test_staff_see_of_both_registrations_how_one_became_the_other(leaving, agency):
    [new] = taken(offered(leaving), verified(UserFactory.create()), agencies=[agency])
    manager, _purpose = reviewer(agency)
    client = sign_in(Client(), manager)
    here, there = (reverse("admin:cameras_camera_change", args=[one.public_id]) for one in (leaving[2], new))
    assert there in client.get(here).content.decode()
    assert here in client.get(there).content.decode()
    detective = sign_in(Client(), staff(Role.DETECTIVE, agency))
    assert detective.get(there).status_code in (403, 404)
