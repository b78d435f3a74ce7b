"""Each measure's figure, and the one row a day that keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.access.models import AccessEvent, AccessKind, PurposeKind
from apps.access.services import open_purpose, record_access
from apps.agencies.models import Agency, Role
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.conversations.services import rate_handling
from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import Answer, MatchState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.program.measures import BY_KEY, MEASURES
from apps.program.models import PROGRAM, Snapshot, scope_of
from apps.program.readings import Asked
from apps.program.services import take_snapshots
from apps.program.tasks import take_snapshots as task
from tests.factories.cameras import camera
from tests.factories.evidence import invitation, received_item
from tests.factories.footage_requests import open_request, submitted
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 17, tzinfo=UTC)


def figure(key: str, agency: Agency | None = None) -> tuple[float | None, int]:
    reading = BY_KEY[key].read(Asked(agency, timezone.now()))[0]
    return reading.value, reading.base


def zoned(agency: Agency, cameras: int = 1, partners: int = 1):
    zone = ZoneFactory.create(agency=agency)
    for _ in range(partners):
        _user, partner = registrant(agency)
        for _ in range(cameras):
            Camera.objects.filter(pk=camera(partner).pk).update(zone=zone)
    return zone


def test_partners_and_cameras_count_who_takes_part_in_the_agencys_zones():
    here, there = AgencyFactory.create(), AgencyFactory.create()
    zoned(here, cameras=3, partners=2)
    zoned(there)
    _user, gone = registrant(here)
    Camera.objects.filter(pk=camera(gone).pk).update(zone=zoned(here))
    type(gone).objects.filter(pk=gone.pk).update(left_at=timezone.now())
    assert figure("partners") == (4, 4)
    assert figure("partners", here) == (3, 3)
    assert figure("cameras", here) == (7, 7)
    assert figure("cameras", there) == (1, 1)


def test_a_registration_is_up_to_date_for_a_year_after_its_owner_confirmed_it():
    agency = AgencyFactory.create()
    zoned(agency, cameras=4)
    late = Camera.objects.filter(state=CameraState.ACTIVE).first()
    Camera.objects.filter(pk=late.pk).update(confirmed_at=timezone.now() - timedelta(days=366))
    assert figure("reconfirmed", agency) == (75, 4)
    assert figure("reconfirmed", AgencyFactory.create()) == (None, 0)


def test_the_response_rate_is_of_cameras_asked_and_leaves_out_who_was_not_written_to_yet():
    made = invitation()
    match = Match.objects.get(invitation=made)
    assert figure("response_rate", made.request.agency) == (0, 1)
    Match.objects.filter(pk=match.pk).update(state=MatchState.ANSWERED, answer=Answer.DECLINED)
    assert figure("response_rate", made.request.agency) == (100, 1)
    Match.objects.filter(pk=match.pk).update(state=MatchState.PENDING, answer="")
    assert figure("response_rate", made.request.agency) == (None, 0)


def test_time_to_first_footage_is_the_median_of_requests_that_got_some():
    item = received_item(b"frames")
    request = item.submission.invitation.request
    FootageRequest.objects.filter(pk=request.pk).update(opened_at=item.received_at - timedelta(minutes=90))
    assert figure("first_footage", request.agency) == (1.5, 1)
    FootageRequest.objects.filter(pk=request.pk).update(opened_at=item.received_at - timedelta(days=91))
    assert figure("first_footage", request.agency) == (None, 0)


def test_a_file_that_staff_sent_through_again_did_not_play_at_first_try():
    item = received_item(b"frames")
    sealed = {"digest": "0" * 64, "sealed_at": timezone.now()}
    assert figure("playable") == (None, 0)
    EvidenceItem.objects.filter(pk=item.pk).update(state=ItemState.PLAYABLE, **sealed)
    assert figure("playable", item.agency) == (100, 1)
    with transaction.atomic():
        ledger.record("evidence_item.retried", Subject.of("evidence_item", item.public_id), Actor.system("test"))
    assert figure("playable", item.agency) == (0, 1)


def test_accepted_files_and_the_cases_that_have_them():
    item, other = received_item(b"frames"), received_item(b"more")
    assert figure("accepted") == (None, 0)
    EvidenceItem.objects.filter(pk=item.pk).update(triage=Triage.ACCEPTED)
    EvidenceItem.objects.filter(pk=other.pk).update(triage=Triage.RETURNED)
    assert figure("accepted") == (50, 2)
    assert figure("used_in_cases") == (1, 1)
    assert figure("used_in_cases", other.agency) == (0, 0)


def test_a_request_is_overdue_after_a_day_with_the_supervisor():
    agency = AgencyFactory.create()
    request = submitted(staff(Role.DETECTIVE, agency), agency)
    assert figure("overdue_approvals", agency) == (0, 0)
    FootageRequest.objects.filter(pk=request.pk).update(submitted_at=timezone.now() - timedelta(hours=25))
    assert figure("overdue_approvals", agency) == (1, 1)
    assert figure("overdue_approvals", AgencyFactory.create()) == (0, 0)


def test_looks_are_counted_once_for_each_entry_and_by_the_role_that_the_ledger_names():
    agency = AgencyFactory.create()
    manager = staff(Role.PROGRAM_MANAGER, agency)
    purpose = open_purpose(
        user=manager,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason="Reviews of the week",
    )
    _user, partner = registrant(agency)
    seen = [str(camera(partner).public_id) for _ in range(3)]
    with transaction.atomic():
        record_access(purpose, "camera.place_viewed", Subject.of("camera", seen[0]), cameras=seen)
    assert AccessEvent.objects.count() == 3
    found = {reading.part: reading.value for reading in BY_KEY["looks"].read(Asked(agency, timezone.now()))}
    assert found[""] == 1
    assert {role: number for role, number in found.items() if number} == {"": 1, Role.PROGRAM_MANAGER: 1}


def test_zone_coverage_comes_from_the_weeks_release_alone():
    agency = AgencyFactory.create()
    zoned(agency, partners=6)
    assert figure("zone_coverage", agency) == (0, 1), "nothing is released yet"
    from apps.counts.services import release_counts

    release_counts(actor=Actor.system("test"))
    ZoneFactory.create(agency=agency)
    assert figure("zone_coverage", agency) == (50, 2)


def test_running_twice_leaves_one_row_for_each_measure_and_the_newer_figure():
    agency = AgencyFactory.create()
    zone = zoned(agency)
    with time_machine.travel(NOON, tick=False):
        task()
        written = Snapshot.objects.filter(agency=agency).count()
        second = zoned(agency)
        take_snapshots()
    rows = Snapshot.objects.filter(measure="cameras", day=date(2026, 11, 10))
    places = [PROGRAM, scope_of(agency), scope_of(zone=zone), scope_of(zone=second)]
    assert [rows.get(scope=scope).value for scope in places] == [2, 2, 1, 1]
    assert Snapshot.objects.filter(agency=agency).count() == written + 3, "the second zone has three of its own"


def test_the_agencys_clock_decides_which_day_a_figure_belongs_to(settings):
    settings.PORTAL_TIME_ZONE = "America/New_York"
    east, west = AgencyFactory.create(), AgencyFactory.create(time_zone="Pacific/Honolulu")
    with time_machine.travel(datetime(2026, 11, 10, 7, tzinfo=UTC), tick=False):
        take_snapshots()
    days = dict(Snapshot.objects.filter(measure="cameras").values_list("scope", "day"))
    assert days == {
        PROGRAM: date(2026, 11, 10),
        scope_of(east): date(2026, 11, 10),
        scope_of(west): date(2026, 11, 9),
    }


def test_a_missed_day_stays_a_gap_and_a_past_day_is_never_written_again():
    agency = AgencyFactory.create()
    for day in (1, 2, 4):
        with time_machine.travel(NOON + timedelta(days=day), tick=False):
            take_snapshots()
            zoned(agency)
    cameras = Snapshot.objects.filter(measure="cameras", scope=PROGRAM).order_by("day")
    assert [(row.day.day, row.value) for row in cameras] == [(11, 0), (12, 1), (14, 2)]


def test_every_measure_has_a_row_for_each_scope_also_where_there_is_nothing_to_count():
    agency = AgencyFactory.create()
    zone = ZoneFactory.create(agency=agency)
    take_snapshots()
    for scope in (PROGRAM, scope_of(agency)):
        assert set(Snapshot.objects.filter(scope=scope).values_list("measure", flat=True)) == set(BY_KEY)
    assert dict(Snapshot.objects.filter(scope=scope_of(zone=zone)).values_list("measure", "value")) == {
        "partners": 0,
        "cameras": 0,
        "reconfirmed": None,
    }


def test_each_measure_asks_the_database_at_most_twice():
    agency = AgencyFactory.create()
    zoned(agency)
    received_item(b"frames")
    for measure in MEASURES:
        with CaptureQueriesContext(connection) as asked:
            measure.read(Asked(agency, timezone.now()))
        assert len(asked) <= 2, measure.key


def test_how_it_went_has_no_figure_of_fewer_than_five_ratings():
    agency = AgencyFactory.create()
    asked = [open_request(agency, case_number=f"26-00{number}000") for number in range(5)]
    for number, opened in enumerate(asked):
        assert figure("satisfaction", agency) == (None, 0)
        rating = 2 if number == 0 else 5
        rate_handling(invitation=opened.invitation, rating=rating, actor=Actor.invitation(opened.invitation.public_id))
    assert figure("satisfaction", agency) == (80, 5)
    assert figure("satisfaction", AgencyFactory.create()) == (None, 0)
