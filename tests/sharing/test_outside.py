"""A prosecutor or a defender, without an account: link, code by mail, looks, copies, an ended link asked again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.agreements.models import CourtRole
from apps.core.errors import InvalidInput, WrongState
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import custody_of
from apps.ledger.models import Entry
from apps.links.models import Link
from apps.notifications.models import Message
from apps.sharing.models import CourtStatus, Grant, PassedOn, Visit
from apps.sharing.selectors import what_was_shared
from apps.sharing.services import ask_again, begin_visit, extend_grant, prove_visit, revoke_grant
from tests.factories.at_once import at_once
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.factories.sharing import accepted_item, grant_of, office_agreement, over_by_a_second, playable_accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> EvidenceItem:
    return playable_accepted()


def given_outside(item: EvidenceItem, **said: Any) -> Grant:
    agreement = said.pop("agreement", None) or office_agreement(item.agency)
    return grant_of(item, agreement=agreement, recipient="Casey Counsel", address="casey@court.example", **said)


class Counsel:
    """A browser of the recipient."""

    def __init__(self, grant: Grant) -> None:
        self.grant, self.client = grant, Client()

    def url(self, name: str, *ids: Any) -> str:
        return reverse(f"web:{name}", args=[self.grant.public_id, *ids])

    def link(self) -> Any:
        """Open the newest letter's link."""
        found = Link.objects.get(kind="shared", subject=self.grant.public_id)
        return self.client.post(reverse("links:open", args=["shared", self.grant.public_id]), {"token": found.token})

    def mailed_code(self) -> str:
        self.client.post(self.url("shared_code"))
        return re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]

    def enter(self) -> Counsel:
        self.link()
        answer = self.client.post(self.url("shared_enter"), {"code": self.mailed_code()})
        assert answer.status_code == 303
        return self

    def page(self, name: str = "shared", *ids: Any) -> str:
        return self.client.get(self.url(name, *ids)).content.decode()

    def video(self, item: EvidenceItem) -> str:
        return re.search(r'<video[^>]* src="([^"]+)"', self.page("shared_video", item.public_id))[1]


def test_the_letter_goes_to_the_address_of_the_grant_and_names_no_case(item):
    grant = given_outside(item)
    letter = Message.objects.get(kind="grant.link")
    assert letter.recipient == "casey@court.example"
    assert grant.case.number not in letter.text
    assert "casey@court.example" not in bytes(Entry.objects.get(action="grant.given").leaf).decode()


@pytest.mark.parametrize(("recipient", "address"), [("", "casey@court.example"), ("Casey", ""), ("Casey", "casey")])
def test_an_office_needs_a_person_and_an_address(item, recipient, address):
    with pytest.raises(InvalidInput):
        grant_of(item, agreement=office_agreement(item.agency), recipient=recipient, address=address)


def test_the_link_alone_shows_nothing(item):
    grant = given_outside(item)
    counsel = Counsel(grant)
    for one in (Client(), counsel.client):
        page = one.get(counsel.url("shared")).content.decode()
        assert grant.case.number not in page
        assert item.filename not in page
    counsel.link()
    assert item.filename not in counsel.page()
    assert counsel.client.get(counsel.url("shared_video", item.public_id)).status_code == 303


def test_with_the_code_they_watch_and_it_is_recorded_by_role(item):
    counsel = Counsel(given_outside(item)).enter()
    assert item.filename in counsel.page()
    answer = counsel.client.get(counsel.video(item), headers={"Range": "bytes=0-9"})
    assert answer.status_code == 206
    seen = Entry.objects.get(action="evidence_item.shared_viewed")
    assert (seen.actor.kind, seen.actor.role, seen.facts["ground"]) == ("recipient", "prosecutor", "grant")
    assert custody_of(item)[-1].who == "prosecutor"
    assert what_was_shared(item)[0].recipient == "prosecutor"


def test_a_wrong_code_lets_nobody_in_and_five_end_it(item):
    grant = given_outside(item)
    visit, code = begin_visit(grant=grant, session="s" * 32)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        with pytest.raises(InvalidInput):
            prove_visit(visit=visit, code=wrong, session="s" * 32)
    with pytest.raises(WrongState):
        prove_visit(visit=visit, code=code, session="s" * 32)


def test_a_code_is_not_for_another_browser(item):
    grant = given_outside(item)
    first, second = Counsel(grant), Counsel(grant)
    first.link()
    second.link()
    code = first.mailed_code()
    second.client.post(second.url("shared_enter"), {"code": code})
    assert item.filename not in second.page()


def test_a_link_of_another_grant_opens_nothing_here(item):
    first = given_outside(item)
    other = given_outside(accepted_item(b"another case"))
    counsel = Counsel(first).enter()
    counsel.grant = other
    assert counsel.client.get(counsel.url("shared")).status_code == 200
    assert other.case.number not in counsel.page()
    secret = Link.objects.get(kind="shared", subject=first.public_id).token
    refused = counsel.client.post(reverse("links:open", args=["shared", other.public_id]), {"token": secret})
    assert refused.status_code == 403


def test_who_guesses_ids_of_items_finds_nothing(item):
    counsel = Counsel(given_outside(item)).enter()
    sibling = accepted_item(b"not given", sent_through=item.submission.invitation)
    for one in (sibling.public_id, uuid4()):
        assert counsel.client.get(counsel.url("shared_video", one)).status_code == 404
        assert counsel.client.post(counsel.url("shared_save", one)).status_code in (403, 404)


@pytest.mark.parametrize("end", ["agreement", "grant", "revoked", "link", "visit"])
def test_an_end_of_any_kind_stops_an_open_page(item, end):
    grant = given_outside(item)
    counsel = Counsel(grant).enter()
    video = counsel.video(item)
    past = timezone.now() - timedelta(seconds=1)
    if end == "agreement":
        over_by_a_second(grant.agreement)
    elif end == "revoked":
        revoke_grant(grant=grant, user=staff(Role.SUPERVISOR, item.agency), reason="Over.")
    elif end == "visit":
        Visit.objects.update(ends_at=past)
    else:
        Grant.objects.filter(pk=grant.pk).update(**{"grant": {"ends_at": past}, "link": {"link_ends_at": past}}[end])
    assert counsel.client.get(video).status_code == 404
    assert item.filename not in counsel.page()


def test_defense_saves_a_copy_where_the_grant_says_so(item):
    agreement = office_agreement(item.agency, court_role="defense")
    counsel = Counsel(given_outside(item, downloads=True, agreement=agreement)).enter()
    answer = counsel.client.post(counsel.url("shared_save", item.public_id))
    sent = counsel.client.get(answer.url)
    assert sent["Content-Disposition"].startswith("attachment")
    assert b"".join(sent.streaming_content)
    assert Entry.objects.get(action="evidence_item.shared_saved").actor.role == "defense"
    assert counsel.client.post(counsel.url("shared_save", item.public_id), {"thing": "original"}).status_code == 403


def test_an_ended_link_is_asked_for_again_and_lets_in(item):
    grant = given_outside(item)
    counsel = Counsel(grant)
    counsel.link()
    old = Link.objects.get(kind="shared").token
    Grant.objects.filter(pk=grant.pk).update(link_ends_at=timezone.now())
    assert "shared/" in counsel.page()
    assert counsel.client.post(counsel.url("shared_again")).status_code == 303
    assert Message.objects.filter(kind="grant.link").count() == 2
    refused = Client().post(reverse("links:open", args=["shared", grant.public_id]), {"token": old})
    assert refused.status_code == 403
    counsel.enter()
    assert item.filename in counsel.page()


def test_asked_again_fifty_times_it_is_one_letter(item):
    grant = given_outside(item)
    counsel = Counsel(grant)
    counsel.link()
    Grant.objects.filter(pk=grant.pk).update(link_ends_at=timezone.now())
    for _time in range(50):
        assert counsel.client.post(counsel.url("shared_again")).status_code == 303
    assert Message.objects.filter(kind="grant.link").count() == 2
    assert Entry.objects.filter(action="grant.asked_again").count() == 1


@pytest.mark.django_db(transaction=True)
def test_asked_again_eight_times_at_once_it_is_one_letter(item):
    grant = given_outside(item)
    Grant.objects.filter(pk=grant.pk).update(link_ends_at=timezone.now())
    grant.refresh_from_db()
    assert set(at_once(8, lambda _n: ask_again(grant=grant))) == {True}
    assert Message.objects.filter(kind="grant.link").count() == 2


def test_nobody_asks_who_never_had_a_link(item):
    grant = given_outside(item)
    Client().post(reverse("web:shared_again", args=[grant.public_id]))
    assert Message.objects.filter(kind="grant.link").count() == 1


def test_when_the_grant_is_over_the_custodian_is_asked_and_may_share_longer(item):
    custodian = staff(Role.RECORDS_CUSTODIAN, item.agency)
    grant = given_outside(item)
    counsel = Counsel(grant)
    counsel.link()
    Grant.objects.filter(pk=grant.pk).update(ends_at=timezone.now(), link_ends_at=timezone.now())
    counsel.client.post(counsel.url("shared_again"))
    told = [letter.recipient for letter in Message.objects.filter(kind="grant.asked_again")]
    assert told.count(custodian.email) == 1
    extend_grant(grant=grant, user=custodian, last_day=today_in(item.agency) + timedelta(days=1))
    assert item.filename in counsel.enter().page()


def test_what_was_revoked_is_not_asked_for_again(item):
    grant = given_outside(item)
    revoke_grant(grant=grant, user=staff(Role.SUPERVISOR, item.agency), reason="Over.")
    grant.refresh_from_db()
    with pytest.raises(WrongState):
        ask_again(grant=grant)


def test_a_prosecutor_says_how_the_case_stands_and_the_owner_reads_it(item):
    counsel = Counsel(given_outside(item)).enter()
    key = {"request_key": str(uuid4())}
    for _twice in range(2):
        assert counsel.client.post(counsel.url("shared_court"), {"state": "filed"} | key).status_code == 303
    assert Entry.objects.get(action="grant.court_status").actor.role == "prosecutor"
    assert "charges were filed" in counsel.page()
    counsel.client.post(counsel.url("shared_court"), {"state": "plea", "request_key": str(uuid4())})
    owner = item.submission.partner.memberships.get().user
    page = sign_in(Client(), owner).get(reverse("web:given")).content.decode()
    assert "it ended with a plea" in page
    assert "charges were filed" not in page
    assert "Casey" not in page


def test_a_state_that_is_none_is_refused_in_words(item):
    counsel = Counsel(given_outside(item)).enter()
    answer = counsel.client.post(counsel.url("shared_court"), {"state": "acquitted!", "request_key": str(uuid4())})
    assert answer.status_code == 422
    assert not CourtStatus.objects.exists()


def test_a_defender_says_nothing_of_the_court(item):
    agreement = office_agreement(item.agency, court_role=CourtRole.DEFENSE)
    counsel = Counsel(given_outside(item, agreement=agreement)).enter()
    assert counsel.url("shared_court") not in counsel.page()
    said = {"state": "filed", "request_key": str(uuid4())}
    assert counsel.client.post(counsel.url("shared_court"), said).status_code == 403
    assert not CourtStatus.objects.exists()


def test_the_recipient_says_to_whom_a_copy_went(item):
    grant = given_outside(item)
    counsel = Counsel(grant).enter()
    said = {"whom": "Dr. Ray, expert", "reason": "To look at the plate.", "item": str(item.public_id)}
    key = {"request_key": str(uuid4())}
    for _twice in range(2):
        assert counsel.client.post(counsel.url("shared_passed_on"), said | key).status_code == 303
    stated = PassedOn.objects.get()
    assert (stated.whom, stated.item) == ("Dr. Ray, expert", item)
    assert b"Ray" not in bytes(Entry.objects.get(action="grant.passed_on").leaf)
    assert counsel.client.post(counsel.url("shared_passed_on"), {"whom": ""} | key).status_code == 422
