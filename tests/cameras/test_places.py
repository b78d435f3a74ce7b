"""Who sees where a camera stands, and what is recorded of it."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role
from apps.cameras import policies, selectors
from apps.cameras.duplicates import show_side_by_side
from apps.cameras.models import Camera, Conformance
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.partners.models import MemberRole, Membership
from apps.partners.services import leave_program, set_consents
from apps.specifications import policies as specification_policies
from apps.specifications.first import read_checks
from apps.specifications.models import Specification
from apps.specifications.services import publish_specification
from apps.specifications.states import SpecificationState
from tests.factories.access import map_purpose
from tests.factories.actors import actor_for
from tests.factories.calls import call_of
from tests.factories.cameras import DOWNTOWN, camera, pending_camera
from tests.factories.people import AgencyFactory, CaseFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db

AROUND = (DOWNTOWN[1] - 0.01, DOWNTOWN[0] - 0.01, DOWNTOWN[1] + 0.01, DOWNTOWN[0] + 0.01)


def purpose_of(user, agency, kind, camera=None):
    return map_purpose(user, agency, kind, camera=camera)


def left_over(user, agency, kind, camera=None, access=AccessKind.PARTNER_MAP):
    """A purpose that the person could not open now: from a role that has ended since."""
    case = CaseFactory.create(agency=agency)
    return Purpose.objects.create(
        user=user,
        agency=agency,
        kind=kind,
        access=access,
        case=case,
        call=call_of(agency, latitude=DOWNTOWN[0], longitude=DOWNTOWN[1]),
        camera=camera and camera.public_id,
        reason="A good reason",
        ends_at=timezone.now() + timedelta(hours=1),
    )


def accesses():
    return [json.loads(bytes(entry.leaf)) for entry in Entry.objects.filter(action="camera.place_viewed")]


EXPECTED = {
    PurposeKind.CASE: {Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST},
    PurposeKind.CALL: {Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST},
    PurposeKind.REGISTRATION_REVIEW: {Role.PROGRAM_MANAGER},
    PurposeKind.RECORDS_DUTY: {Role.RECORDS_CUSTODIAN},
}


@pytest.mark.parametrize("kind", EXPECTED)  # a sharing grant opens videos and no place: tests/sharing
@pytest.mark.parametrize("role", Role.values)
def test_each_purpose_opens_places_to_its_roles_and_each_access_is_recorded(role, kind):
    agency = AgencyFactory.create()
    _owner, partner = registrant(agency)
    one = camera(partner)
    user = staff(role, agency)
    expected = role in EXPECTED[kind]
    if not expected:
        with pytest.raises(NotAllowed):
            purpose_of(user, agency, kind, one)
    purpose = (purpose_of if expected else left_over)(user, agency, kind, one)
    assert policies.can_view_place(user, one, purpose) is expected
    assert policies.cameras_in_reach(user, purpose).filter(pk=one.pk).exists() is expected
    if expected:
        assert selectors.place_for(camera=one, purpose=purpose, user=user).latitude == DOWNTOWN[0]
        (access,) = accesses()
        assert access["facts"]["purpose"] == str(purpose.public_id)
        assert access["facts"]["cameras"] == [str(one.public_id)]
        assert access["actor"]["role"] == role
        return
    with pytest.raises(NotFound):
        selectors.place_for(camera=one, purpose=purpose, user=user)
    with pytest.raises(NotFound):
        selectors.places_in_view(purpose=purpose, bounds=AROUND, user=user)
    assert not accesses()


@pytest.mark.parametrize("state", CameraState.values)
@pytest.mark.parametrize("kind", EXPECTED)
def test_which_cameras_a_purpose_opens(kind, state):
    agency = AgencyFactory.create()
    _owner, partner = registrant(agency)
    one = camera(partner)
    Camera.objects.filter(pk=one.pk).update(state=state)
    one.refresh_from_db()
    user = staff(next(iter(EXPECTED[kind])), agency)
    purpose = purpose_of(user, agency, kind, one)
    expected = {
        PurposeKind.CASE: state == CameraState.ACTIVE,
        PurposeKind.CALL: state == CameraState.ACTIVE,
        PurposeKind.REGISTRATION_REVIEW: state != CameraState.RETIRED,
        PurposeKind.RECORDS_DUTY: True,
    }[kind]
    assert policies.can_view_place(user, one, purpose) is expected
    assert policies.cameras_in_reach(user, purpose).exists() is expected


@pytest.mark.parametrize(
    ("kind", "role"), [(PurposeKind.CASE, Role.DETECTIVE), (PurposeKind.RECORDS_DUTY, Role.RECORDS_CUSTODIAN)]
)
def test_no_purpose_opens_cameras_of_partners_who_did_not_allow_the_agency_or_left(kind, role):
    agency, other = AgencyFactory.create(), AgencyFactory.create()
    owner, partner = registrant(other)
    one = camera(partner)
    user = staff(role, agency)
    purpose = purpose_of(user, agency, kind)
    assert not policies.can_view_place(user, one, purpose)
    assert not policies.cameras_in_reach(user, purpose).exists()
    set_consents(partner=partner, user=owner, agencies=[agency], actor=actor_for(owner))
    assert policies.can_view_place(user, one, purpose)
    leave_program(partner=partner, user=owner, actor=actor_for(owner))
    one = Camera.objects.get(pk=one.pk)
    assert not policies.can_view_place(user, one, purpose)
    assert not policies.cameras_in_reach(user, purpose).exists()


@pytest.mark.parametrize("access", ["owner_entry", "request_cameras", "footage", "witness_contact"])
def test_a_reason_given_for_another_kind_of_access_opens_no_place(access):
    agency = AgencyFactory.create()
    one = camera(registrant(agency)[1])
    user = staff(Role.PROGRAM_MANAGER, agency)
    purpose = left_over(user, agency, PurposeKind.REGISTRATION_REVIEW, access=access)
    assert not policies.can_view_place(user, one, purpose)
    assert not policies.cameras_in_reach(user, purpose).exists()
    with pytest.raises(NotAllowed):
        policies.check_review(user, purpose)


def test_a_review_does_not_open_the_map_and_the_map_opens_no_review():
    agency = AgencyFactory.create()
    one = camera(registrant(agency)[1])
    user = staff(Role.PROGRAM_MANAGER, agency)
    review = open_purpose(
        user=user,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason="A good reason",
    )
    with pytest.raises(NotFound):
        selectors.places_in_view(purpose=review, bounds=AROUND, user=user)
    of_map = purpose_of(user, agency, PurposeKind.REGISTRATION_REVIEW, one)
    with pytest.raises(NotFound):
        show_side_by_side(camera=one, purpose=of_map, user=user)
    assert not accesses()


def test_somebody_elses_purpose_opens_nothing():
    agency = AgencyFactory.create()
    one = camera(registrant(agency)[1])
    purpose = purpose_of(staff(Role.DETECTIVE, agency), agency, PurposeKind.CALL)
    user = staff(Role.DETECTIVE, agency)
    with pytest.raises(NotFound):
        selectors.place_for(camera=one, purpose=purpose, user=user)


def test_a_view_of_the_map_is_one_access_to_the_cameras_in_it():
    agency = AgencyFactory.create()
    _owner, partner = registrant(agency)
    inside, _outside = camera(partner), camera(partner, latitude=DOWNTOWN[0] + 0.05)
    user = staff(Role.ANALYST, agency)
    purpose = purpose_of(user, agency, PurposeKind.CALL)
    seen = selectors.places_in_view(purpose=purpose, bounds=AROUND, user=user)
    assert [one.camera for one in seen.cameras] == [inside]
    assert seen.cameras[0].place.longitude == DOWNTOWN[1]
    (access,) = accesses()
    assert access["facts"]["cameras"] == [str(inside.public_id)]
    assert access["subject"] == {"kind": "purpose", "id": str(purpose.public_id)}


def test_an_empty_view_is_an_access_too():
    agency = AgencyFactory.create()
    user = staff(Role.ANALYST, agency)
    purpose = purpose_of(user, agency, PurposeKind.CALL)
    assert selectors.places_in_view(purpose=purpose, bounds=AROUND, user=user).cameras == []
    assert accesses()[0]["facts"]["cameras"] == []


@pytest.mark.parametrize("cameras", [0, 1])
def test_a_view_that_is_too_wide_opens_none_wherever_cameras_stand(cameras):
    agency = AgencyFactory.create()
    for _ in range(cameras):
        camera(registrant(agency)[1])
    user = staff(Role.RECORDS_CUSTODIAN, agency)
    purpose = purpose_of(user, agency, PurposeKind.RECORDS_DUTY)
    with pytest.raises(InvalidInput) as refusal:
        selectors.places_in_view(purpose=purpose, bounds=(-84.4, 30.3, -84.2, 30.6), user=user)
    assert refusal.value.code == "zoom_in"
    assert not accesses()


def test_a_wide_view_of_a_call_is_cut_to_what_is_near_it():
    agency = AgencyFactory.create()
    near, far = camera(registrant(agency)[1]), camera(registrant(agency)[1], latitude=DOWNTOWN[0] + 0.006)
    user = staff(Role.ANALYST, agency)
    purpose = purpose_of(user, agency, PurposeKind.CALL)
    seen = selectors.places_in_view(purpose=purpose, bounds=(-85, 30, -84, 31), user=user)
    assert [one.camera for one in seen.cameras] == [near]
    assert not policies.can_view_place(user, far, purpose)


@pytest.mark.parametrize(
    "bounds", [(1, 0, 0, 1), (0, 1, 1, 0), (0, 0, float("nan"), 1), (0, 0, 1, 91), (0, 0, 1e400, 1)]
)
def test_bounds_that_are_none_are_refused(bounds):
    agency = AgencyFactory.create()
    user = staff(Role.ANALYST, agency)
    purpose = purpose_of(user, agency, PurposeKind.CALL)
    with pytest.raises(InvalidInput):
        selectors.places_in_view(purpose=purpose, bounds=bounds, user=user)


def test_an_owner_sees_the_own_place_without_an_entry_and_nobody_else_does():
    owner, partner = registrant()
    one = camera(partner)
    assert selectors.own_place(owner, one).latitude == DOWNTOWN[0]
    for user in (registrant()[0], staff(Role.PROGRAM_MANAGER), AnonymousUser()):
        with pytest.raises(NotFound):
            selectors.own_place(user, one)
    assert not accesses()


def test_who_sees_the_register_and_one_and_many_agree():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    draft = Specification.objects.create(number=9, state=SpecificationState.DRAFT, checks=[])
    owner, partner = registrant()
    pending_camera(registrant()[1])
    one = pending_camera(partner)
    conformance = Conformance.objects.get(camera=one)
    people = {"owner": owner, "stranger": UserFactory.create(), "nobody": AnonymousUser()}
    for role in (MemberRole.MANAGER, MemberRole.RESPONDER):
        people[role] = UserFactory.create()
        Membership.objects.create(partner=partner, user=people[role], role=role)
    people |= {role: staff(role) for role in Role.values}
    members = {"owner", "manager", "responder"}
    of_program = {"program_manager", "auditor"}
    for name, user in people.items():
        sees = name in members | of_program
        assert policies.can_view_camera(user, one) is sees, name
        assert policies.viewable_cameras(user).filter(pk=one.pk).exists() is sees, name
        assert policies.can_view_conformance(user, conformance) is sees, name
        assert policies.viewable_conformances(user).filter(pk=conformance.pk).exists() is sees, name
        runs = name in {"owner", "manager"}
        assert policies.can_view_site(user, one.site) is runs, name
        assert policies.viewable_sites(user).filter(pk=one.site.pk).exists() is runs, name
        assert selectors.own_cameras(user).filter(pk=one.pk).exists() is runs, name
        assert specification_policies.can_view_specification(user, draft) is (name in of_program), name
        assert specification_policies.viewable_specifications(user).filter(pk=draft.pk).exists() is (
            name in of_program
        ), name
        assert policies.can_change_camera(user, one) is (name in {"owner", "manager"}), name
        assert policies.can_review_cameras(user) is (name == "program_manager"), name
