"""From draft to open to the end: each verb, its guard, its entry."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError, Stale, WrongState
from apps.footage_requests import services, tasks
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.states import InvitationState, MatchState, Outcome, RequestState
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.models import Consent
from apps.terms.models import TermsVersion
from apps.terms.states import TermsState
from tests.factories.actors import actor_for
from tests.factories.footage_requests import (
    BEYOND_LIMIT,
    camera_at,
    circle,
    content,
    draft,
    open_request,
    submitted,
    window,
)
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db


def _actions():
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def test_a_request_goes_from_draft_to_open_with_one_entry_for_each_act():
    opened = open_request()
    request = opened.request
    assert request.state == RequestState.OPEN
    assert request.decided_by == opened.supervisor
    assert request.closes_at > timezone.now() + timedelta(days=13)
    assert _actions() == ["request.drafted", "request.submitted", "request.approved"]
    entry = Entry.objects.get(action="request.approved")
    assert entry.facts["cameras"] == 1
    assert entry.facts["still_hold"] == 1
    assert entry.actor_id == str(opened.supervisor.public_id)


def test_no_place_name_reason_or_case_number_stands_in_the_leaf_of_an_entry():
    open_request()
    leaves = b"".join(bytes(entry.leaf) for entry in Entry.objects.all())
    for secret in (b"Secret Lane", b"Front door", b"fled on foot", b"26-004711", b"84.2807"):
        assert secret not in leaves


def test_a_repeated_request_key_returns_the_first_draft():
    agency = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    key = uuid4()
    first = draft(author, agency, request_key=key)
    assert draft(author, agency, request_key=key) == first
    assert FootageRequest.objects.count() == 1
    assert _actions() == ["request.drafted"]
    with pytest.raises(PortalError):
        draft(staff(Role.DETECTIVE, agency), agency, request_key=key)


def test_an_older_version_overwrites_nothing():
    agency = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    request = draft(author, agency)
    services.update_request(
        user=author, request=request, version=1, actor=actor_for(author), **content(message="First change")
    )
    with pytest.raises(Stale):
        services.update_request(
            user=author, request=request, version=1, actor=actor_for(author), **content(message="Second change")
        )
    request.refresh_from_db()
    assert request.message == "First change"
    assert request.version == 2


def test_a_supervisor_approves_only_what_was_read():
    agency = AgencyFactory.create()
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    with pytest.raises(Stale):
        services.approve_request(user=supervisor, request=request, version=1, actor=actor_for(supervisor))
    assert not Match.objects.exists()


def test_a_returned_request_is_changed_and_submitted_again():
    agency = AgencyFactory.create()
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    with pytest.raises(InvalidInput):
        services.return_request(
            user=supervisor, request=request, version=request.version, reason=" ", actor=actor_for(supervisor)
        )
    request = services.return_request(
        user=supervisor,
        request=request,
        version=request.version,
        reason="Make the area smaller.",
        actor=actor_for(supervisor),
    )
    assert request.state == RequestState.RETURNED
    request = services.update_request(
        user=author, request=request, version=request.version, actor=actor_for(author), **content(area=circle(150))
    )
    request = services.submit_request(user=author, request=request, version=request.version, actor=actor_for(author))
    assert request.state == RequestState.SUBMITTED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": circle(20)}, "area"),
        ({"area": circle(20_000)}, "area"),
        ({"area": {"type": "Circle", "center": [-84.28, 91], "radius_m": 300}}, "area"),
        ({"area": {"type": "Point", "coordinates": [-84.28, 30.4]}}, "area"),
        ({"area": {}}, "area"),
        ({"incident_type": "curiosity"}, "incident_type"),
        ({"reason": "because"}, "reason"),
        ({"reason": "nul \x00 in the middle of it"}, "reason"),
        ({"reason": "half a pair \ud800 in the middle"}, "reason"),
        ({"message": "x" * 1001}, "message"),
        ({"case_number": ""}, "case_number"),
        ({"case_number": "x" * 41}, "case_number"),
        ({"window_end": datetime(2020, 1, 1, tzinfo=UTC)}, "window_end"),
    ],
)
def test_bad_values_are_named_by_field_and_nothing_is_kept(changes, field):
    agency = AgencyFactory.create()
    with pytest.raises(InvalidInput) as refusal:
        draft(staff(Role.DETECTIVE, agency), agency, **changes)
    assert field in refusal.value.fields
    assert not FootageRequest.objects.exists()
    assert not Entry.objects.exists()


def test_a_window_that_ends_before_it_starts_in_the_future_or_too_long_is_refused():
    agency = AgencyFactory.create()
    author = staff(Role.DETECTIVE, agency)
    now = timezone.now()
    bad = {
        "window_backwards": (now - timedelta(hours=2), now - timedelta(hours=3)),
        "window_in_future": (now - timedelta(hours=1), now + timedelta(hours=1)),
        "window_too_long": (now - timedelta(hours=40), now - timedelta(hours=1)),
        "window_too_old": (now - timedelta(days=400), now - timedelta(days=400, hours=-1)),
    }
    for start, end in bad.values():
        with pytest.raises(InvalidInput) as refusal:
            draft(author, agency, window_start=start, window_end=end)
        assert "window" in next(iter(refusal.value.fields))


def test_a_whole_county_is_refused_with_the_sizes_in_words():
    agency = AgencyFactory.create()
    county = {
        "type": "Polygon",
        "coordinates": [[[-84.71, 30.27], [-83.99, 30.27], [-83.99, 30.68], [-84.71, 30.68], [-84.71, 30.27]]],
    }
    with pytest.raises(InvalidInput) as refusal:
        draft(staff(Role.DETECTIVE, agency), agency, area=county)
    assert " square miles" in refusal.value.fields["area"]
    assert "11.6" in refusal.value.fields["area"]


def test_wider_than_usual_is_flagged_for_the_supervisor_who_may_approve():
    agency = AgencyFactory.create()
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency, area=circle(2000))
    assert request.too_wide
    request = services.approve_request(
        user=supervisor, request=request, version=request.version, actor=actor_for(supervisor), **BEYOND_LIMIT
    )
    assert request.state == RequestState.OPEN
    assert Entry.objects.get(action="request.approved").facts["too_wide"] is True


def _opened_with(partner_and_agency, **camera):
    agency, partner = partner_and_agency
    return camera_at(partner, **camera)


def test_only_cameras_that_may_be_asked_are_reached():
    agency = AgencyFactory.create()
    _u, willing = registrant(agency)
    _u, elsewhere = registrant(AgencyFactory.create())
    _u, without_terms = registrant(agency, accepted=False)
    _u, changed_mind = registrant(agency)
    Consent.objects.filter(partner=changed_mind).update(withdrawn_at=timezone.now())
    reached = camera_at(willing)
    camera_at(willing, state="pending")
    camera_at(willing, latitude=30.60)
    for partner in (elsewhere, without_terms, changed_mind):
        camera_at(partner)
    opened = open_request(agency, reached)
    assert [match.camera for match in opened.matches] == [reached]
    assert [invitation.partner for invitation in opened.invitations] == [willing]


def test_new_terms_that_nobody_accepted_yet_reach_nobody():
    agency = AgencyFactory.create()
    _u, partner = registrant(agency)
    camera = camera_at(partner)
    TermsVersion.objects.filter(state=TermsState.IN_FORCE).update(state=TermsState.SUPERSEDED)
    TermsVersion.objects.create(number=2, state=TermsState.IN_FORCE, summary={}, text={"en": "New."})
    opened = open_request(agency, camera)
    assert opened.matches == []
    assert not Message.objects.filter(kind="footage_request.invitation").exists()


def test_one_invitation_for_all_cameras_of_a_partner_and_a_mail_for_each_registrant():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner), camera_at(partner, name="Back door"))
    assert len(opened.matches) == 2
    assert len(opened.invitations) == 1
    message = Message.objects.get(kind="footage_request.invitation")
    assert message.recipient == user.email
    assert opened.token() in message.words.text
    assert opened.token() in message.words.html
    assert "26-004711" not in message.words.text + message.words.html + message.subject
    assert "Secret Lane" not in message.words.text + message.words.html
    assert "A person in a red jacket." in message.words.text


def test_matches_say_whether_the_recorder_still_holds_the_start_of_the_window():
    agency = AgencyFactory.create()
    _u, partner = registrant(agency)
    opened = open_request(
        agency, camera_at(partner, retention_hours=2), camera_at(partner, retention_hours=2**31 - 1), **window()
    )
    gone, held = opened.matches
    assert not gone.still_holds
    assert held.still_holds
    assert gone.overwrite_deadline == opened.request.window_start + timedelta(hours=2)


def test_an_invitation_is_sent_when_the_mail_server_took_it_and_not_before():
    opened = open_request()
    assert opened.invitation.state == InvitationState.QUEUED
    assert opened.match.state == MatchState.PENDING
    assert services.record_sent(
        public_id=opened.invitation.public_id, sent_at=timezone.now(), actor=Actor.system("outbox")
    )
    assert not services.record_sent(
        public_id=opened.invitation.public_id, sent_at=timezone.now(), actor=Actor.system("outbox")
    )
    opened.match.refresh_from_db()
    assert opened.match.state == MatchState.INVITED
    assert _actions().count("invitation.sent") == 1


@pytest.mark.parametrize("way", ["close", "withdraw", "expire"])
def test_the_end_of_a_request_closes_its_links_and_expires_what_was_not_answered(way):
    opened = open_request()
    author, request = opened.author, opened.request
    if way == "close":
        services.close_request(user=author, request=request, outcome=Outcome.NO_FOOTAGE, actor=actor_for(author))
    elif way == "withdraw":
        services.withdraw_request(user=author, request=request, reason="Solved.", actor=actor_for(author))
    else:
        with time_machine.travel(request.closes_at + timedelta(minutes=1)):
            assert tasks.expire_due_requests() == 1
            assert tasks.expire_due_requests() == 0
    request.refresh_from_db()
    expected = {"close": RequestState.CLOSED, "withdraw": RequestState.WITHDRAWN, "expire": RequestState.EXPIRED}
    assert request.state == expected[way]
    assert request.ended_at is not None
    assert Invitation.objects.get().state == InvitationState.CLOSED
    assert Match.objects.get().state == MatchState.EXPIRED


def test_a_request_expires_no_earlier_than_it_says():
    opened = open_request()
    with pytest.raises(WrongState):
        services.expire_request(request=opened.request, actor=Actor.system("worker"))
    assert tasks.expire_due_requests() == 0


def test_closing_needs_an_outcome_and_withdrawing_what_is_open_a_reason():
    opened = open_request()
    author = opened.author
    with pytest.raises(InvalidInput):
        services.close_request(user=author, request=opened.request, outcome="", actor=actor_for(author))
    with pytest.raises(InvalidInput):
        services.withdraw_request(user=author, request=opened.request, reason="", actor=actor_for(author))


def test_without_an_entry_nothing_is_approved_and_nobody_is_asked(monkeypatch):
    agency = AgencyFactory.create()
    _u, partner = registrant(agency)
    camera_at(partner)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)

    def broken(_act):
        raise RuntimeError("the ledger cannot write")

    monkeypatch.setattr(ledger, "append", broken)
    with pytest.raises(RuntimeError):
        services.approve_request(user=supervisor, request=request, version=request.version, actor=actor_for(supervisor))
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED
    assert not Invitation.objects.exists()
    assert not Match.objects.exists()
    assert not Message.objects.filter(kind="footage_request.invitation").exists()


def test_a_stranger_is_told_that_there_is_no_such_request():
    opened = open_request()
    stranger = staff(Role.SUPERVISOR)
    with pytest.raises(NotFound):
        services.close_request(
            user=stranger, request=opened.request, outcome=Outcome.FOOTAGE, actor=actor_for(stranger)
        )


def test_nobody_approves_their_own_request():
    agency = AgencyFactory.create()
    author = staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    with pytest.raises(NotAllowed):
        services.approve_request(user=author, request=request, version=request.version, actor=actor_for(author))
