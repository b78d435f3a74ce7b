"""A records request: taken in without name or reason, counted in days, answered with statutes, taken up again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.agencies.days import today_in
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.disclosure import services
from apps.disclosure.answering import draft_answer
from apps.disclosure.clock import days_left
from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding
from apps.disclosure.services.searching import Wanted
from apps.disclosure.states import Decision, RecordsOutcome, RecordsState
from apps.ledger.models import Entry
from tests.factories.disclosure import WORDING, search_duty, taken_request
from tests.factories.evidence import received_item
from tests.factories.people import staff

pytestmark = pytest.mark.django_db


def acts():
    found = Entry.objects.filter(subject_kind="records_request").order_by("pk")
    return [one.action.removeprefix("records_request.") for one in found]


def line_of(asked, item, custodian):
    services.add_items(request=asked, user=custodian, items=[item.public_id])
    return RequestedItem.objects.get(request=asked, item=item)


def decide(line, custodian, decision):
    return services.decide_item(line=line, user=custodian, decision=decision)


def cite(asked, custodian, line=None, exemption="security_system", **said):
    return services.withhold(
        request=asked, user=custodian, exemption=exemption, part="where the camera hangs", line=line, **said
    )


def answer(asked, custodian):
    asked.refresh_from_db()
    return services.answer_records_request(request=asked, user=custodian, answer="Here it is.", version=asked.version)


def test_a_request_needs_no_name_no_reason_and_no_contact(item, custodian):
    made = taken_request(custodian, item.agency)
    assert (made.contact, made.state) == ("", RecordsState.RECEIVED)
    fields = {field.name for field in RecordsRequest._meta.get_fields()}
    assert not fields & {"name", "requester", "reason"}


def test_the_same_key_takes_a_request_in_once(item, custodian):
    key = uuid4()
    assert len({taken_request(custodian, item.agency, request_key=key).pk for _ in range(3)}) == 1
    assert acts() == ["taken"]


def test_days_are_counted_by_the_agencys_zone(item, custodian, settings):
    settings.RECORDS_ACKNOWLEDGE_DAYS, settings.RECORDS_ANSWER_DAYS = 3, 30
    # Three in the morning in London is the evening before in Tallahassee.
    made = taken_request(custodian, item.agency, received_at=datetime(2026, 6, 10, 3, 0, tzinfo=UTC))
    assert (made.acknowledge_by.isoformat(), made.answer_by.isoformat()) == ("2026-06-12", "2026-07-09")


def test_a_request_of_the_future_is_refused(item, custodian):
    with pytest.raises(InvalidInput):
        taken_request(custodian, item.agency, received_at=timezone.now() + timedelta(hours=1))


def test_the_ledger_never_has_the_contact_and_keeps_the_wording_in_its_private_part(asked):
    entry = Entry.objects.get(action="records_request.taken")
    assert WORDING not in str(entry.record)
    assert "Casey" not in f"{entry.record} {entry.private}"


@pytest.mark.parametrize("role", [one for one in Role.values if one != Role.RECORDS_CUSTODIAN])
def test_only_the_agencys_custodian_works_on_it(role, asked, item):
    with pytest.raises((NotAllowed, NotFound)):
        services.acknowledge_records_request(request=asked, user=staff(role, item.agency))
    with pytest.raises(NotAllowed):
        taken_request(staff(role, item.agency), item.agency)
    with pytest.raises(NotFound):
        services.acknowledge_records_request(request=asked, user=staff(Role.RECORDS_CUSTODIAN))


def test_acknowledging_twice_is_one_act_and_starts_the_wait_for_the_answer(asked, custodian):
    for _ in range(2):
        asked = services.acknowledge_records_request(request=asked, user=custodian)
    assert acts() == ["taken", "acknowledged"]
    assert days_left(asked) == (asked.answer_by - today_in(asked.agency)).days


def test_an_item_of_another_agency_cannot_be_added(asked, custodian):
    other = received_item(b"other")
    with pytest.raises(NotFound):
        services.add_items(request=asked, user=custodian, items=[other.public_id])


def test_nothing_is_answered_before_each_item_is_decided_and_each_withheld_one_has_a_statute(asked, item, custodian):
    line = line_of(asked, item, custodian)
    with pytest.raises(InvalidInput, match="Decide about each item"):
        answer(asked, custodian)
    decide(line, custodian, Decision.WITHHOLD)
    with pytest.raises(InvalidInput, match="needs a statute"):
        answer(asked, custodian)
    cite(asked, custodian, line)
    assert answer(asked, custodian).outcome == RecordsOutcome.DENIED


def test_a_whole_item_is_not_given_while_a_statute_keeps_a_part_of_it_back(asked, item, custodian):
    line = line_of(asked, item, custodian)
    decide(line, custodian, Decision.GIVE)
    cite(asked, custodian, line)
    with pytest.raises(InvalidInput, match="cannot be given in whole"):
        answer(asked, custodian)


@pytest.mark.parametrize(
    ("decision", "cited", "outcome"),
    [
        (Decision.GIVE, False, RecordsOutcome.GIVEN),
        (Decision.REDACT, True, RecordsOutcome.PART),
        (Decision.WITHHOLD, True, RecordsOutcome.DENIED),
    ],
)
def test_the_outcome_follows_from_the_decisions(decision, cited, outcome, asked, item, custodian):
    line = line_of(asked, item, custodian)
    decide(line, custodian, decision)
    if cited:
        cite(asked, custodian, line)
    assert answer(asked, custodian).outcome == outcome


def test_the_letter_cites_each_statute_and_names_no_person(asked, item, custodian):
    line = line_of(asked, item, custodian)
    decide(line, custodian, Decision.REDACT)
    cite(asked, custodian, line)
    asked.refresh_from_db()
    letter = draft_answer(asked)
    assert "s. 119.071(3)(a), F.S." in letter
    assert "Casey" not in letter


def test_an_answer_to_what_a_colleague_changed_meanwhile_is_refused(asked, item, custodian):
    read = RecordsRequest.objects.get(pk=asked.pk).version
    decide(line_of(asked, item, custodian), custodian, Decision.GIVE)
    with pytest.raises(Stale):
        services.answer_records_request(request=asked, user=custodian, answer="Here.", version=read)


def test_a_statute_for_a_time_needs_a_day_of_review_within_a_year(asked, custodian):
    today = today_in(asked.agency)
    for day in (None, today, today + timedelta(days=400)):
        with pytest.raises(InvalidInput):
            cite(asked, custodian, exemption="active_investigation", review_on=day)
    made = cite(asked, custodian, exemption="active_investigation", review_on=today + timedelta(days=90))
    assert made.citation == "s. 119.071(2)(c), F.S."


def test_another_statute_needs_its_citation(asked, custodian):
    with pytest.raises(InvalidInput):
        cite(asked, custodian, exemption="other")
    assert cite(asked, custodian, exemption="other", citation="s. 1.01, F.S.").citation == "s. 1.01, F.S."


def test_a_line_of_the_log_is_ended_once_and_stays(asked, custodian):
    made = cite(asked, custodian)
    services.end_withholding(withholding=made, user=custodian, reason="The camera is gone.")
    with pytest.raises(WrongState):
        services.end_withholding(withholding=made, user=custodian, reason="Again.")
    assert Withholding.objects.get().part == "where the camera hangs"


def test_an_ended_request_changes_no_more_until_it_is_taken_up_again(asked, item, custodian):
    line = line_of(asked, item, custodian)
    decide(line, custodian, Decision.GIVE)
    answer(asked, custodian)
    with pytest.raises(WrongState):
        decide(line, custodian, Decision.WITHHOLD)
    services.take_up_again(request=asked, user=custodian, reason="One file was forgotten.")
    assert decide(line, custodian, Decision.NOT_ASKED).decision == Decision.NOT_ASKED


def test_the_contact_is_erased_only_once_the_request_has_ended(asked, custodian):
    with pytest.raises(WrongState):
        services.erase_contact(request=asked, user=custodian)
    services.withdraw_records_request(request=asked, user=custodian, reason="Nobody came back.")
    for _ in range(2):
        asked = services.erase_contact(request=asked, user=custodian)
    assert (asked.contact, bool(asked.contact_erased_at)) == ("", True)
    assert acts().count("contact_erased") == 1


def test_nobody_says_that_there_is_no_such_record_before_looking(asked, item, custodian):
    with pytest.raises(InvalidInput, match="Search first"):
        answer(asked, custodian)
    search_duty(custodian, item.agency)
    services.search_records(request=asked, user=custodian, wanted=Wanted(case_number="26-000001"))
    assert answer(asked, custodian).outcome == RecordsOutcome.NONE


def test_only_an_answered_request_is_closed(asked, custodian):
    with pytest.raises(WrongState):
        services.close_records_request(request=asked, user=custodian)
    cite(asked, custodian)
    answer(asked, custodian)
    assert services.close_records_request(request=asked, user=custodian).state == RecordsState.CLOSED


def test_a_fee_is_kept_in_cents(asked, custodian):
    fee = services.note_fee(request=asked, user=custodian, kind="estimate", amount=Decimal("12.5"), note="25 minutes")
    assert (fee.cents, fee.dollars) == (1250, "$12.50")
    for wrong in (Decimal("-1"), Decimal("NaN"), Decimal(10_000_000)):
        with pytest.raises(InvalidInput):
            services.note_fee(request=asked, user=custodian, kind="estimate", amount=wrong, note="wrong")


def test_the_day_of_the_answer_moves_with_a_reason(asked, custodian):
    day = asked.answer_by + timedelta(days=10)
    with pytest.raises(InvalidInput):
        services.move_answer_day(request=asked, user=custodian, answer_by=day, reason=" ")
    early = asked.acknowledge_by - timedelta(days=1)
    with pytest.raises(InvalidInput):
        services.move_answer_day(request=asked, user=custodian, answer_by=early, reason="Too early.")
    assert services.move_answer_day(request=asked, user=custodian, answer_by=day, reason="Much.").answer_by == day
