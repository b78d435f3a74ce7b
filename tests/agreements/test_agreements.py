"""An agreement: who makes it, what it shares, and that it is over when it is over."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.agreements.models import Agreement, SharedItem
from apps.agreements.policies import can_end, can_make, can_view_agreement, viewable_agreements
from apps.agreements.selectors import get_agreement_for, in_force, with_state
from apps.agreements.services import end_agreement
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from tests.factories.agreements import PDF, agreement_of
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db
CALLS = "calls"


@pytest.fixture
def pair() -> tuple[Agency, Agency]:
    return AgencyFactory.create(), AgencyFactory.create()


def test_it_holds_from_its_first_instant_and_not_at_its_end(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair, first_day=date(2026, 7, 1), last_day=date(2099, 1, 1) - timedelta(days=26000))
    assert agreement.starts_at.isoformat() == "2026-07-01T00:00:00-04:00"  # the day begins where the sharer is
    second = timedelta(seconds=1)
    times = {
        agreement.starts_at - second: False,
        agreement.starts_at: True,
        agreement.ends_at - second: True,
        agreement.ends_at: False,
        agreement.ends_at + second: False,
    }
    assert {at: in_force(*pair, CALLS, at=at) for at in times} == times


def test_it_shares_in_one_direction_and_only_what_it_names(pair: tuple[Agency, Agency]) -> None:
    agreement_of(*pair)
    one, other = pair
    assert in_force(one, other, CALLS)
    assert not in_force(other, one, CALLS)
    assert not in_force(one, AgencyFactory.create(), CALLS)
    assert not in_force(one, other, "grants")


def test_a_part_is_shared_by_its_name_or_by_the_whole(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    SharedItem.objects.create(agreement=agreement, scope="layers", part="traffic")
    assert in_force(*pair, "layers", part="traffic")
    assert not in_force(*pair, "layers", part="lpr")
    assert in_force(*pair, CALLS, part="anything")


def test_an_agency_that_takes_no_part_any_longer_shares_and_sees_nothing(pair: tuple[Agency, Agency]) -> None:
    agreement_of(*pair)
    for agency in pair:
        Agency.objects.filter(pk=agency.pk).update(is_active=False)
        assert not in_force(*pair, CALLS)
        Agency.objects.filter(pk=agency.pk).update(is_active=True)
    assert in_force(*pair, CALLS)


def test_the_agency_that_shares_ends_it_at_once_and_once(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    manager = staff(Role.PROGRAM_MANAGER, pair[0])
    ended = end_agreement(user=manager, agreement=agreement, reason="The sheriff takes it back.")
    assert not in_force(*pair, CALLS)
    assert in_force(*pair, CALLS, at=ended.ended_at - timedelta(seconds=1))
    assert ended.end_reason == "The sheriff takes it back."
    with pytest.raises(WrongState):
        end_agreement(user=manager, agreement=agreement, reason="Again.")
    entries = Entry.objects.filter(subject_id=str(agreement.public_id)).order_by("pk")
    assert [entry.action for entry in entries] == ["agreement.made", "agreement.ended"]
    assert b"sheriff" not in bytes(entries[1].leaf)


def test_its_making_says_everything_that_it_rules(pair: tuple[Agency, Agency]) -> None:
    agreement = agreement_of(*pair)
    leaf = bytes(Entry.objects.get(action="agreement.made").leaf)
    for said in (*[str(one.public_id) for one in pair], agreement.signed_file.digest, '"shares":["calls"]'):
        assert said.encode() in leaf


def test_the_same_form_sent_twice_makes_one(pair: tuple[Agency, Agency]) -> None:
    manager, key = staff(Role.PROGRAM_MANAGER, pair[0]), uuid4()
    first = agreement_of(*pair, user=manager, request_key=key)
    assert agreement_of(*pair, user=manager, request_key=key) == first
    assert Entry.objects.filter(action="agreement.made").count() == 1
    with pytest.raises(NotFound):
        agreement_of(AgencyFactory.create(), AgencyFactory.create(), request_key=key)


@pytest.mark.parametrize(
    ("role", "whose", "sees", "makes"),
    [
        *((role, "from", True, role == Role.PROGRAM_MANAGER) for role in Role),
        *((role, "to", True, False) for role in Role),
        *((role, "other", False, False) for role in Role),
    ],
)
def test_who_sees_makes_and_ends_one(
    pair: tuple[Agency, Agency], role: Role, whose: str, sees: bool, makes: bool
) -> None:
    agreement = agreement_of(*pair)
    person = staff(role, {"from": pair[0], "to": pair[1], "other": AgencyFactory.create()}[whose])
    assert can_view_agreement(person, agreement) is sees
    assert list(viewable_agreements(person)) == ([agreement] if sees else [])
    assert can_make(person, pair[0]) is can_end(person, agreement) is makes
    if not makes:
        with pytest.raises(NotAllowed):
            agreement_of(*pair, user=person)
        with pytest.raises(NotAllowed if sees else NotFound):
            end_agreement(user=person, agreement=agreement, reason="No.")
    if not sees:
        with pytest.raises(NotFound):
            get_agreement_for(person, agreement.public_id)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("last_day", {"first_day": date(2027, 2, 2), "last_day": date(2027, 2, 1)}),
        ("last_day", {"first_day": date(2020, 2, 2), "last_day": date(2020, 3, 1)}),
        ("last_day", {"last_day": date(2206, 1, 1)}),
        ("title", {"title": " "}),
        ("file", {"file": io.BytesIO(b"")}),
        ("file", {"file": io.BytesIO(b"<html>%PDF-")}),
        ("file", {"file": io.BytesIO(PDF[:20])}),
        ("file", {"file": io.BytesIO(b"PK\x03\x04" + PDF)}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(pair: tuple[Agency, Agency], field: str, said: dict) -> None:
    with pytest.raises(InvalidInput) as refused:
        agreement_of(*pair, **said)
    assert list(refused.value.fields) == [field]
    assert not Agreement.objects.exists()


def test_a_file_larger_than_the_limit_is_refused(pair: tuple[Agency, Agency], settings) -> None:
    settings.AGREEMENT_FILE_MAX_BYTES = 1_000_000
    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        agreement_of(*pair, file=io.BytesIO(b"%PDF-" + bytes(1_000_000) + b"%%EOF"))


@pytest.mark.parametrize("items", [[("plates", "")], [("calls", "some")]])
def test_only_what_an_app_declares_can_be_shared(pair: tuple[Agency, Agency], items: list) -> None:
    with pytest.raises(InvalidInput):
        agreement_of(*pair, *items)


def test_an_agency_makes_none_with_itself(pair: tuple[Agency, Agency]) -> None:
    with pytest.raises(InvalidInput):
        agreement_of(pair[0], pair[0])
    agreement = agreement_of(*pair)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(to_agency=pair[0])


def test_lists_tell_those_in_force_from_later_ones_and_past_ones(pair: tuple[Agency, Agency]) -> None:
    today = timezone.localdate()
    now = agreement_of(*pair)
    later = agreement_of(*pair, first_day=today + timedelta(days=3))
    over = agreement_of(*pair)
    end_agreement(user=staff(Role.PROGRAM_MANAGER, pair[0]), agreement=over, reason="Over.")
    rows = Agreement.objects.all()
    assert {state: list(with_state(rows, state)) for state in ("in_force", "later", "over")} == {
        "in_force": [now],
        "later": [later],
        "over": [over],
    }
