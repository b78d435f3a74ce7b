"""What a partner answers, once or fifty times, and what stays of it."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.footage_requests import services
from apps.footage_requests.models import Match, Response
from apps.footage_requests.services import AnswerGiven
from apps.footage_requests.states import Answer, MatchState, Outcome, UnavailableReason
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant


def _answer(opened, answer=Answer.NONE, *, key=None, match=None, reason="", note=""):
    invitation = opened.invitation
    return services.answer_matches(
        invitation=invitation,
        answers={(match or opened.match).public_id: AnswerGiven(answer, reason, note)},
        request_key=key,
        actor=Actor.invitation(invitation.public_id),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("answer", Answer.values)
def test_each_answer_is_kept_with_one_entry(answer):
    opened = open_request()
    reason = UnavailableReason.BROKEN if answer == Answer.UNAVAILABLE else ""
    [response] = _answer(opened, answer, reason=reason, note="by the gate")
    match = Match.objects.get()
    assert (match.state, match.answer, match.unavailable_reason) == (MatchState.ANSWERED, answer, reason)
    assert response.number == 1
    entry = Entry.objects.get(action="request.answered")
    assert entry.facts["answers"][0]["answer"] == answer
    assert b"by the gate" not in bytes(entry.leaf)
    assert entry.actor_kind == "invitation"


@pytest.mark.django_db
def test_a_later_answer_replaces_the_earlier_one_and_both_are_kept():
    opened = open_request()
    _answer(opened, Answer.NONE)
    _answer(opened, Answer.HAS_FOOTAGE)
    assert Match.objects.get().answer == Answer.HAS_FOOTAGE
    assert list(Response.objects.order_by("number").values_list("number", "answer")) == [
        (1, Answer.NONE),
        (2, Answer.HAS_FOOTAGE),
    ]


@pytest.mark.django_db
def test_an_old_form_sent_again_does_not_bring_the_old_answer_back():
    opened = open_request()
    key = uuid4()
    [first] = _answer(opened, Answer.NONE, key=key)
    _answer(opened, Answer.HAS_FOOTAGE, key=uuid4())
    assert _answer(opened, Answer.NONE, key=key) == [first]
    assert Match.objects.get().answer == Answer.HAS_FOOTAGE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "reason", "note"),
    [
        ("perhaps", "", ""),
        ("", "", ""),
        (Answer.UNAVAILABLE, "", ""),
        (Answer.UNAVAILABLE, "lost the key", ""),
        (Answer.NONE, "", "x" * 501),
        (Answer.NONE, "", "nul \x00"),
    ],
)
def test_what_is_no_answer_is_refused_by_camera_and_nothing_is_kept(answer, reason, note):
    opened = open_request()
    with pytest.raises(InvalidInput) as refusal:
        _answer(opened, answer, reason=reason, note=note)
    assert list(refusal.value.fields) == [str(opened.match.public_id)]
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_an_invitation_answers_for_its_own_cameras_alone():
    agency = AgencyFactory.create()
    (_a, one), (_b, other) = registrant(agency), registrant(agency)
    opened = open_request(agency, camera_at(one), camera_at(other))
    foreign = opened.invitations[1].matches.get()
    with pytest.raises(NotFound):
        _answer(opened, match=foreign)
    assert not Response.objects.exists()


@pytest.mark.django_db
def test_no_answer_after_the_end_nor_through_a_revoked_link():
    opened = open_request()
    _answer(opened, Answer.DECLINED)
    services.revoke_invitation(user=opened.author, invitation=opened.invitation, actor=actor_for(opened.author))
    with pytest.raises(WrongState):
        _answer(opened, Answer.NONE)
    assert Match.objects.get().answer == Answer.DECLINED

    closed = open_request()
    services.close_request(
        user=closed.author, request=closed.request, outcome=Outcome.NOT_NEEDED, actor=actor_for(closed.author)
    )
    with pytest.raises(WrongState):
        _answer(closed)


@pytest.mark.django_db
def test_an_expired_match_cannot_be_answered_even_before_the_sweep_has_seen_it():
    opened = open_request()
    with time_machine.travel(opened.request.closes_at + timedelta(seconds=1)), pytest.raises(WrongState):
        _answer(opened)


@pytest.mark.django_db
def test_an_answer_may_come_before_the_mail_is_recorded_as_sent():
    opened = open_request()
    _answer(opened, Answer.NONE)
    services.record_sent(public_id=opened.invitation.public_id, sent_at=timezone.now(), actor=Actor.system("outbox"))
    assert Match.objects.get().state == MatchState.ANSWERED


@pytest.mark.django_db
def test_without_an_entry_no_answer_is_taken(monkeypatch):
    opened = open_request()

    def broken(_act):
        raise RuntimeError("the ledger cannot write")

    monkeypatch.setattr(ledger, "append", broken)
    with pytest.raises(RuntimeError):
        _answer(opened)
    assert not Response.objects.exists()
    assert Match.objects.get().answer == ""


@pytest.mark.django_db
def test_the_database_repeats_the_promises():
    opened = open_request()
    [response] = _answer(opened)
    for values in (
        {"number": 1, "answer": Answer.NONE},
        {"number": 2, "answer": Answer.UNAVAILABLE},
        {"number": 2, "answer": Answer.NONE, "unavailable_reason": UnavailableReason.BROKEN},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Response.objects.create(match=response.match, **values)


def _at_once(count, work):
    """Run `work(n)` in `count` threads that start together; returns results, exceptions among them."""
    results = [None] * count
    start = threading.Barrier(count)

    def run(number):
        try:
            start.wait()
            results[number] = work(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_key", [True, False])
def test_the_same_answer_sent_fifty_times_at_once_is_one_answer_with_one_receipt(same_key):
    opened = open_request()
    key = uuid4()
    results = _at_once(50, lambda _n: _answer(opened, Answer.NONE, key=key if same_key else None)[0].public_id)
    assert len(set(results)) == 1, results[:3]
    assert Response.objects.count() == 1
    assert Entry.objects.filter(action="request.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_different_answers_at_once_are_all_kept_in_a_row_and_the_last_one_counts():
    opened = open_request()
    answers = [Answer.NONE, Answer.HAS_FOOTAGE, Answer.DECLINED]
    results = _at_once(3, lambda number: _answer(opened, answers[number]))
    assert not [result for result in results if isinstance(result, Exception)]
    rows = list(Response.objects.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3]
    assert Match.objects.get().answer == rows[-1].answer


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_open_the_request_once():
    from apps.agencies.models import Role
    from tests.factories.footage_requests import submitted
    from tests.factories.people import staff

    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera_at(partner)
    author, supervisors = staff(Role.DETECTIVE, agency), [staff(Role.SUPERVISOR, agency) for _ in range(2)]
    request = submitted(author, agency)
    results = _at_once(
        2,
        lambda number: services.approve_request(
            user=supervisors[number],
            request=request,
            version=request.version,
            actor=actor_for(supervisors[number]),
        ),
    )
    assert sum(isinstance(result, WrongState) for result in results) == 1, results
    assert Match.objects.count() == 1
    assert Entry.objects.filter(action="request.approved").count() == 1
