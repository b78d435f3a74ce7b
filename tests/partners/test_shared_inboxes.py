"""A head office's address gets the letters once somebody there said yes, and none after it was removed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.footage_requests.send_checks import may_go
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.send_checks import Drop
from apps.partners import services
from apps.partners.models import MemberRole, Partner, SharedInbox
from apps.partners.services.erasing import erase_partner
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
OFFICE = "video@head-office.example.org"


@pytest.fixture
def shop():
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    Partner.objects.update(vouched_at=timezone.now())
    partner.refresh_from_db()
    return agency, owner, partner


def ask(owner, partner, email=OFFICE):
    return services.add_inbox(partner=partner, email=email, language="en", user=owner, actor=actor_for(owner))


def request_letters():
    return Message.objects.filter(kind="footage_request.invitation")


def test_nothing_goes_there_before_somebody_said_yes(shop, client):
    agency, owner, partner = shop
    inbox = ask(owner, partner)
    asking = Message.objects.get(kind="partner.inbox")
    assert asking.recipient == OFFICE
    open_request(agency, camera_at(partner))
    assert {one.recipient for one in request_letters()} == {owner.email}
    page = reverse("web:inbox", args=[inbox.public_id])
    assert b"Yes, send them here" not in client.post(page, {"yes": ""}).content
    inbox.refresh_from_db()
    assert inbox.verified_at is None
    services.confirm_inbox(inbox=inbox)
    request_letters().delete()
    opened = open_request(agency, camera_at(partner))
    letters = {one.recipient: one for one in request_letters()}
    assert set(letters) == {owner.email, OFFICE}
    assert opened.token() in letters[OFFICE].words.text
    assert may_go(letters[OFFICE]) is None


def test_after_it_was_removed_its_letters_and_links_are_dead(shop):
    agency, owner, partner = shop
    inbox = services.confirm_inbox(inbox=ask(owner, partner))
    opened = open_request(agency, camera_at(partner))
    letter = next(one for one in request_letters() if one.recipient == OFFICE)
    services.remove_inbox(inbox=inbox, user=owner, actor=actor_for(owner))
    assert isinstance(may_go(letter), Drop)
    assert Entry.objects.filter(action="invitation.renewed", subject_id=str(opened.request.public_id)).count() == 1
    inbox.refresh_from_db()
    assert inbox.email == ""
    actions = Entry.objects.filter(subject_kind="shared_inbox").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["shared_inbox.asked", "shared_inbox.confirmed", "shared_inbox.removed"]


def test_asking_again_finds_the_first_and_three_are_enough(shop):
    _agency, owner, partner = shop
    assert ask(owner, partner) == ask(owner, partner)
    assert SharedInbox.objects.count() == 1
    for number in range(2):
        ask(owner, partner, f"office{number}@example.org")
    with pytest.raises(InvalidInput):
        ask(owner, partner, "one-more@example.org")
    with pytest.raises(InvalidInput):
        ask(owner, partner, "no address")


def test_only_who_runs_the_account(shop):
    _agency, owner, partner = shop
    with pytest.raises(NotAllowed):
        ask(member(partner, MemberRole.RESPONDER), partner)
    with pytest.raises(NotFound):
        ask(registrant()[0], partner)
    inbox = ask(owner, partner)
    with pytest.raises(NotFound):
        services.get_inbox_for(registrant()[0], inbox.public_id)


def test_the_page_of_people_asks_and_removes(shop, client):
    _agency, owner, partner = shop
    sign_in(client, owner)
    client.post(reverse("web:inbox_add"), {"email": OFFICE})
    page = client.get(reverse("web:members")).content.decode()
    assert OFFICE in page
    assert "not confirmed yet" in page
    client.post(reverse("web:inbox_end", args=[SharedInbox.objects.get().public_id]))
    assert OFFICE not in client.get(reverse("web:members")).content.decode()


def test_erasing_the_partner_erases_the_address(shop):
    _agency, owner, partner = shop
    ask(owner, partner)
    erase_partner(partner=partner, actor=Actor.system("portal"))
    assert SharedInbox.objects.get().email == ""
    entry = Entry.objects.get(action="shared_inbox.asked")
    assert entry.private is None
