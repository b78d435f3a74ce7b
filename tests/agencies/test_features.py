"""An agency opens the portal in phases: what is off cannot be begun, and what was begun goes on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies import features
from apps.agencies.days import today_in
from apps.agencies.features import Feature, check_on, is_on, off_at, present_features, public_registration, set_features
from apps.agencies.models import Agency, FeatureVersion, Role
from apps.calls.services import close_call, enter_call, take_call
from apps.calls.shifts import hand_over_shift, note_shift
from apps.calls.states import CallState
from apps.calls.walls import allow_screen
from apps.cameras.models import Camera
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.footage_requests.services import approve_request, count_partners, prepare_request, submit_request
from apps.footage_requests.states import RequestState
from apps.imports.states import ImportState
from apps.layers.services import make_layer
from apps.ledger.models import Entry
from apps.partners.services import join_program
from tests.factories.access import asked_for_places, map_purpose
from tests.factories.actors import actor_for
from tests.factories.calls import DISPATCH, call_facts, call_of
from tests.factories.cameras import pending_camera
from tests.factories.footage_requests import circle, draft, open_request, submitted, window
from tests.factories.imports import checked, csv_of, for_agency, imported, line, received
from tests.factories.layers import csv_of as layer_csv
from tests.factories.layers import layer_of, load, places
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db


def switch_off(agency: Agency, *names: Feature, until: date | None = None) -> Agency:
    """The agency with these off and all others on."""
    manager = staff(Role.PROGRAM_MANAGER, agency)
    set_features(agency=agency, off=dict.fromkeys(names, until), number=present_features(agency)[0], by=manager)
    agency.refresh_from_db()
    return agency


def tomorrow_at(agency: Agency) -> date:
    return today_in(agency) + timedelta(days=1)


# -- the list itself -----------------------------------------------------------------------------------------------


def test_everything_is_on_from_the_start(agency: Agency) -> None:
    assert off_at(agency) == {}
    assert all(is_on(agency, feature) for feature in Feature)
    assert public_registration().is_open


def test_a_version_is_kept_and_the_ledger_says_before_and_after(agency: Agency) -> None:
    switch_off(agency, Feature.LAYERS)
    agency = switch_off(agency, Feature.LAYERS, Feature.CALLS)
    assert off_at(agency) == {"calls": None, "layers": None}
    assert [(one.number, one.off) for one in features.feature_versions(agency)] == [
        (2, {"calls": "", "layers": ""}),
        (1, {"layers": ""}),
    ]
    assert FeatureVersion.objects.latest("number").off == agency.features_off
    entry = Entry.objects.filter(action="agency.features_set").latest("pk")
    assert (entry.facts["before"], entry.facts["after"]) == ({"layers": ""}, {"calls": "", "layers": ""})


def test_what_is_in_force_already_writes_nothing(agency: Agency) -> None:
    for _time in range(2):
        switch_off(agency, Feature.LAYERS)
    assert Entry.objects.filter(action="agency.features_set").count() == 1


def test_a_phase_opens_as_its_day_begins_at_the_agency(agency: Agency) -> None:
    agency.features_off = {"calls": "2027-01-01"}
    before, after = datetime(2027, 1, 1, 4, 59, tzinfo=UTC), datetime(2027, 1, 1, 5, 0, tzinfo=UTC)
    assert off_at(agency, now=before) == {"calls": date(2027, 1, 1)}
    assert off_at(agency, now=after) == {}


@pytest.mark.parametrize("days", [0, -1, features.FAR_DAYS + 1])
def test_a_day_that_has_come_or_is_years_away_is_refused_beside_its_field(agency: Agency, days: int) -> None:
    day = today_in(agency) + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        switch_off(agency, Feature.CALLS, until=day)
    assert refused.value.fields.keys() == {"until_calls"}
    assert not FeatureVersion.objects.exists()


def test_a_feature_that_the_portal_does_not_have_is_refused(agency: Agency) -> None:
    with pytest.raises(InvalidInput):
        set_features(agency=agency, off={"plates": None}, number=0, by=staff(Role.PROGRAM_MANAGER, agency))


def test_the_second_of_two_managers_is_told(agency: Agency) -> None:
    switch_off(agency, Feature.LAYERS)
    with pytest.raises(Stale):
        set_features(agency=agency, off={"calls": None}, number=0, by=staff(Role.PROGRAM_MANAGER, agency))


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.PROGRAM_MANAGER])
def test_nobody_but_a_program_manager_of_the_agency_switches(agency: Agency, role: str) -> None:
    for person in (staff(role, agency), staff(Role.PROGRAM_MANAGER)):
        with pytest.raises(NotAllowed):
            set_features(agency=agency, off={"calls": None}, number=0, by=person)


def test_the_refusal_says_who_can_switch_it_on_and_when_it_opens(agency: Agency) -> None:
    day = tomorrow_at(agency)
    with pytest.raises(NotAllowed, match="program manager there can switch it on sooner") as refused:
        check_on(switch_off(agency, Feature.CALLS, until=day), Feature.CALLS)
    assert refused.value.code == "feature"
    assert agency.short_name in str(refused.value.message)
    with pytest.raises(NotAllowed, match="program manager there can switch it on"):
        check_on(switch_off(agency, Feature.CALLS), Feature.CALLS)


# -- what cannot be begun ------------------------------------------------------------------------------------------


def _supervisor(agency: Agency) -> User:
    return staff(Role.SUPERVISOR, agency)


def _manager(agency: Agency) -> User:
    return staff(Role.PROGRAM_MANAGER, agency)


def _count(agency: Agency) -> Any:
    user = _supervisor(agency)
    given: dict[str, Any] = {"area": circle(), "case_number": "26-1", **window()}
    return count_partners(user=user, agency=agency, actor=actor_for(user), **given)


def _prepare(agency: Agency) -> Any:
    call = call_of(agency, latitude=30.44, longitude=-84.28)
    given = {"case_number": "26-1", "incident_type": "burglary"}
    return prepare_request(user=_supervisor(agency), author=_supervisor(agency), call=call, **given)


def _take(agency: Agency) -> Any:
    return take_call(agency=agency, facts=call_facts(), actor=DISPATCH)


BEGUN: list[tuple[Feature, Callable[[Agency], Any]]] = [
    (Feature.REQUESTS, lambda agency: draft(_supervisor(agency), agency)),
    (Feature.REQUESTS, _count),
    (Feature.REQUESTS, _prepare),
    (Feature.PARTNER_MAP, lambda agency: map_purpose(_supervisor(agency), agency)),
    (Feature.PARTNER_MAP, lambda agency: asked_for_places(_supervisor(agency), agency)),
    (Feature.CALLS, _take),
    (Feature.CALLS, lambda agency: enter_call(user=_supervisor(agency), agency=agency, facts=call_facts())),
    (Feature.CALLS, lambda agency: note_shift(user=_supervisor(agency), agency=agency, words="Quiet.")),
    (Feature.CALLS, lambda agency: hand_over_shift(user=_supervisor(agency), agency=agency, words="Quiet.")),
    (Feature.WALLS, lambda agency: allow_screen(user=_supervisor(agency), agency=agency, name="Room", days=3)),
    (Feature.LAYERS, lambda agency: make_layer(user=_manager(agency), agency=agency, name="Ours", kind="traffic")),
    (Feature.IMPORTS, lambda agency: for_agency(csv_of(line(1)), agency)),
]


@pytest.mark.parametrize(("feature", "begin"), BEGUN)
def test_what_is_off_cannot_be_begun_and_what_is_on_can(
    agency: Agency, feature: Feature, begin: Callable[[Agency], Any]
) -> None:
    others = [one for one in Feature if one not in (feature, Feature.CALLS if begin is _prepare else feature)]
    begin(switch_off(agency, *(one for one in others if one != Feature.CALLS)))
    with pytest.raises(NotAllowed) as refused:
        begin(switch_off(AgencyFactory.create(), feature))
    assert refused.value.code == "feature"


def test_one_agency_switches_nothing_off_at_another(agency: Agency) -> None:
    switch_off(agency, *Feature)
    other = AgencyFactory.create()
    for _feature, begin in BEGUN:
        if begin not in (_count, _prepare):
            begin(other)


# -- what goes on --------------------------------------------------------------------------------------------------


def test_an_open_request_goes_on_and_a_draft_waits(agency: Agency) -> None:
    opened = open_request(agency)
    waiting = submitted(staff(Role.DETECTIVE, agency), agency)
    author = staff(Role.DETECTIVE, agency)
    written = draft(author, agency)
    agency = switch_off(agency, Feature.REQUESTS)
    opened.request.refresh_from_db()
    assert opened.request.state == RequestState.OPEN
    with pytest.raises(NotAllowed) as refused:
        submit_request(user=author, request=written, version=written.version, actor=actor_for(author))
    assert refused.value.code == "feature"
    decider = _supervisor(agency)
    approved = approve_request(user=decider, request=waiting, version=waiting.version, actor=actor_for(decider))
    assert approved.state == RequestState.OPEN


def test_a_call_on_the_board_changes_and_closes(agency: Agency) -> None:
    call_of(agency, number="P26-1")
    person = _supervisor(agency)
    by_hand = enter_call(user=person, agency=agency, facts=call_facts(number="H1"))
    agency = switch_off(agency, Feature.CALLS)
    later = call_facts(number="P26-1", state=CallState.CLOSED, changed_at=timezone.now() + timedelta(seconds=1))
    assert take_call(agency=agency, facts=later, actor=DISPATCH).changed
    assert close_call(user=person, call=by_hand).state == CallState.CLOSED


def test_a_layer_that_was_made_is_loaded_as_before(agency: Agency) -> None:
    layer = layer_of(agency)
    switch_off(agency, Feature.LAYERS)
    assert load(layer, layer_csv(places(3))).pk == layer.pk


def test_an_agencys_import_that_came_in_goes_on_to_its_end(agency: Agency) -> None:
    header = "name,latitude,longitude,owner name,owner email"
    brought = for_agency(csv_of("Door,30.44,-84.28,Ada,ada@example.org", header=header), agency)
    switch_off(agency, Feature.IMPORTS)
    assert imported(checked(brought)).state == ImportState.IMPORTED


def test_a_partners_import_that_came_in_goes_on_to_its_end(agency: Agency) -> None:
    brought = received(csv_of(line(1)))
    for one in Agency.objects.all():
        switch_off(one, Feature.REGISTRATION)
    assert not public_registration().is_open
    assert imported(checked(brought)).state == ImportState.IMPORTED
    assert Camera.objects.count() == 1


def test_the_map_is_closed_at_once_also_for_who_has_it_open(agency: Agency) -> None:
    person = _supervisor(agency)
    map_purpose(person, agency)
    assert may_access(person, AccessKind.PARTNER_MAP)
    switch_off(agency, Feature.PARTNER_MAP)
    assert not may_access(person, AccessKind.PARTNER_MAP)


# -- registration by the public --------------------------------------------------------------------------------------


def _join() -> Any:
    user = UserFactory.create()
    return join_program(
        user=user, kind="resident", name="Ada", agencies=[], request_key=uuid.uuid4(), actor=actor_for(user)
    )


def test_nobody_joins_or_registers_while_each_agency_has_it_off(agency: Agency) -> None:
    _user, partner = registrant()
    first = pending_camera(partner)
    switch_off(agency, Feature.REGISTRATION)
    for other in Agency.objects.exclude(pk=agency.pk):
        switch_off(other, Feature.REGISTRATION)
    for begin in (_join, lambda: pending_camera(partner, site=first.site), lambda: received(csv_of(line(1)))):
        with pytest.raises(NotAllowed) as refused:
            begin()
        assert refused.value.code == "feature"


def test_the_register_is_open_while_one_active_agency_opens_it(agency: Agency) -> None:
    other = AgencyFactory.create()
    switch_off(agency, Feature.REGISTRATION)
    assert public_registration().is_open
    assert _join()
    other.is_active = False
    other.save()
    assert not public_registration().is_open


def test_the_public_reads_the_first_day_on_which_an_agency_opens(agency: Agency) -> None:
    day = tomorrow_at(agency)
    switch_off(agency, Feature.REGISTRATION, until=day + timedelta(days=9))
    switch_off(AgencyFactory.create(), Feature.REGISTRATION, until=day)
    switch_off(AgencyFactory.create(), Feature.REGISTRATION)
    assert public_registration().on == day
