"""Reviewing registrations: approve, return, retire, and looking at the place."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.agencies.models import Role, RoleGrant
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera
from apps.cameras.selectors import advice_for, conformance_of, reasons_of
from apps.cameras.services import approve_camera, retire_camera, return_camera, update_camera, withdraw_camera
from apps.cameras.states import CameraState
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.partners.services import leave_program
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from tests.factories.actors import actor_for
from tests.factories.cameras import DOWNTOWN, camera, owner_of, pending_camera, reviewer
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff

pytestmark = pytest.mark.django_db


def approve(one, user, purpose):
    return approve_camera(camera=one, version=one.version, purpose=purpose, user=user)


def give_back(one, user, purpose, reason="Please turn it."):
    return return_camera(camera=one, version=one.version, reason=reason, purpose=purpose, user=user)


def retire(one, user, purpose, reason="It watches a window."):
    return retire_camera(camera=one, version=one.version, reason=reason, purpose=purpose, user=user)


def change(one, version=None, **changes):
    user = owner_of(one.site.partner)
    details = CameraDetails.checked(**{**stated_values(one), **changes})
    return update_camera(camera=one, version=version or one.version, details=details, user=user, actor=actor_for(user))


VERBS = {"approve": approve, "return": give_back, "retire": retire}
AFTER = {"approve": CameraState.ACTIVE, "return": CameraState.RETURNED, "retire": CameraState.RETIRED}
ALLOWED = {
    ("approve", CameraState.PENDING),
    ("approve", CameraState.LAPSED),
    ("return", CameraState.PENDING),
    ("return", CameraState.ACTIVE),
    *(("retire", state) for state in CameraState.values if state != CameraState.RETIRED),
}


@pytest.mark.parametrize("state", CameraState.values)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_in_each_state(verb, state):
    _user, partner = registrant()
    one = pending_camera(partner)
    Camera.objects.filter(pk=one.pk).update(state=state)
    manager, purpose = reviewer()
    if (verb, state) in ALLOWED:
        decided = VERBS[verb](one, manager, purpose)
        assert (decided.state, decided.version) == (AFTER[verb], 2)
        return
    with pytest.raises(WrongState):
        VERBS[verb](one, manager, purpose)
    assert Camera.objects.get(pk=one.pk).state == state


@pytest.mark.parametrize("role", [*Role.values, "owner", "stranger"])
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_by_each_role(verb, role):
    owner, partner = registrant()
    one = pending_camera(partner)
    agency = AgencyFactory.create()
    user = {"owner": owner, "stranger": UserFactory.create()}.get(role) or staff(role, agency)
    purpose = Purpose.objects.create(
        user=user,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason="review",
        ends_at=timezone.now() + timedelta(hours=1),
    )
    if role == Role.PROGRAM_MANAGER:
        assert VERBS[verb](one, user, purpose).state == AFTER[verb]
        return
    with pytest.raises(NotAllowed):
        VERBS[verb](one, user, purpose)
    assert Camera.objects.get(pk=one.pk).state == CameraState.PENDING


def _ended(user, purpose):
    purpose.ends_at = timezone.now()
    return purpose


def _of_somebody_else(user, purpose):
    return reviewer(purpose.agency)[1]


def _for_a_call(user, purpose):
    purpose.kind = PurposeKind.CALL
    return purpose


def _without_the_role(user, purpose):
    RoleGrant.objects.filter(user=user).update(agency=AgencyFactory.create())
    return purpose


def _none(user, purpose):
    return None


@pytest.mark.parametrize("spoil", [_ended, _of_somebody_else, _for_a_call, _without_the_role, _none])
def test_no_decision_without_a_current_purpose_of_ones_own(spoil):
    _user, partner = registrant()
    one = pending_camera(partner)
    manager, purpose = reviewer()
    with pytest.raises(NotAllowed) as refusal:
        approve(one, manager, spoil(manager, purpose))
    assert refusal.value.code == "purpose"


def test_a_decision_is_recorded_with_its_purpose_and_told_to_the_registrant_in_their_language():
    user, partner = registrant()
    user.language = "es"
    user.save()
    one = pending_camera(partner)
    manager, purpose = reviewer()
    give_back(one, manager, purpose, "Please turn it\nto the street.")
    entry = Entry.objects.get(action="camera.returned")
    assert str(purpose.public_id).encode() in entry.leaf
    assert b"street" not in entry.leaf
    message = Message.objects.get(kind="camera.returned")
    assert (message.recipient, "to the street." in message.text) == (user.email, True)
    assert Camera.objects.get(pk=one.pk).return_reason == "Please turn it\nto the street."


def test_a_return_needs_words():
    _user, partner = registrant()
    manager, purpose = reviewer()
    with pytest.raises(InvalidInput) as refusal:
        give_back(pending_camera(partner), manager, purpose, "  ")
    assert "reason" in refusal.value.fields


def test_a_decision_about_an_older_version_is_refused():
    _user, partner = registrant()
    seen = pending_camera(partner)
    change(seen, name="Back door")
    manager, purpose = reviewer()
    with pytest.raises(Stale):
        approve(seen, manager, purpose)


def test_a_corrected_camera_waits_for_review_again():
    _user, partner = registrant()
    one = pending_camera(partner)
    manager, purpose = reviewer()
    returned = give_back(one, manager, purpose)
    corrected = change(returned, bearing=180)
    assert (corrected.state, corrected.return_reason) == (CameraState.PENDING, "")
    assert approve(corrected, manager, purpose).state == CameraState.ACTIVE


def test_an_active_camera_stays_active_unless_it_moves_far():
    _user, partner = registrant()
    one = camera(partner)
    turned = change(one, bearing=200, latitude=DOWNTOWN[0] + 0.0005)
    assert turned.state == CameraState.ACTIVE
    assert change(turned, latitude=DOWNTOWN[0] + 0.01).state == CameraState.PENDING


def test_two_editors_do_not_overwrite_each_other():
    _user, partner = registrant()
    seen = pending_camera(partner)
    change(seen, name="First")
    with pytest.raises(Stale):
        change(seen, version=1, name="Second")
    assert Camera.objects.get(pk=seen.pk).name == "First"


def test_the_box_follows_the_place():
    _user, partner = registrant()
    one = pending_camera(partner)
    moved = change(one, longitude=-84.2, field_of_view=360)
    assert moved.place.west < -84.2 < moved.place.east
    assert moved.place.latitude_band == int(moved.place.latitude * 100)
    moved.place.refresh_from_db()
    assert moved.place.west < -84.2


def test_an_owner_withdraws_for_good_and_once():
    user, partner = registrant()
    one = camera(partner)
    for _ in range(2):
        gone = withdraw_camera(camera=one, version=one.version, user=user, actor=actor_for(user))
        assert gone.state == CameraState.RETIRED
    assert Entry.objects.filter(action="camera.withdrawn").count() == 1
    with pytest.raises(WrongState):
        change(gone)


def test_strangers_and_staff_neither_change_nor_withdraw():
    _user, partner = registrant()
    one = camera(partner)
    for user in (registrant()[0], staff(Role.PROGRAM_MANAGER)):
        with pytest.raises(NotFound):
            withdraw_camera(camera=one, version=one.version, user=user, actor=actor_for(user))


def test_nothing_is_registered_or_approved_for_who_left():
    user, partner = registrant()
    one = pending_camera(partner)
    leave_program(partner=partner, user=user, actor=actor_for(user))
    manager, purpose = reviewer()
    with pytest.raises(WrongState):
        approve(one, manager, purpose)
    with pytest.raises(WrongState):
        pending_camera(partner, site=one.site)
    with pytest.raises(WrongState):
        change(one)


def test_a_key_of_somebody_else_finds_nothing():
    _user, partner = registrant()
    one = pending_camera(partner)
    _other, theirs = registrant()
    with pytest.raises(NotFound):
        pending_camera(theirs, request_key=one.request_key)


def test_a_camera_outside_the_city_is_registered_with_a_warning():
    _user, partner = registrant()
    far = pending_camera(partner, latitude=29.0, longitude=-82.0)
    assert far.state == CameraState.PENDING
    assert len(advice_for(far)) == 1
    assert advice_for(pending_camera(partner)) == []


@pytest.mark.parametrize(
    ("details", "outcome", "reasons"),
    [
        ({}, "pass", []),
        ({"records_sound": True}, "warn", ["934.03"]),
        ({"retention_hours": 48}, "warn", ["seven days"]),
        ({"retention_hours": 12, "records_sound": True}, "fail", ["one day", "934.03"]),
        ({"field_of_view": 10}, "warn", ["narrow"]),
        ({"range_m": 400}, "warn", ["range"]),
    ],
)
def test_a_camera_is_judged_with_reasons(details, outcome, reasons):
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    _user, partner = registrant()
    conformance = conformance_of(pending_camera(partner, **details))
    assert conformance.outcome == outcome
    words = reasons_of(conformance, "en")
    assert len(words) == len(reasons)
    assert all(word in sentence for word, sentence in zip(reasons, words, strict=True))
    assert all(reasons_of(conformance, "es")[index] != sentence for index, sentence in enumerate(words))


def test_a_new_specification_judges_what_is_saved_next():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    _user, partner = registrant()
    one = pending_camera(partner)
    stricter = [
        {**check, "value": 10_000} if check["rule"] == "min_retention_hours" else check for check in read_checks()
    ]
    second = publish_specification(checks=stricter, actor=Actor.system("test"))
    assert conformance_of(one).outcome == "pass"
    changed = change(one, name="Again")
    assert (conformance_of(changed).specification, conformance_of(changed).outcome) == (second, "fail")


@pytest.mark.parametrize(
    "checks",
    [
        [],
        {},
        [{"rule": "faces", "level": "warn", "words": {"en": "a", "es": "b"}}],
        [{"rule": "records_sound", "level": "stop", "words": {"en": "a", "es": "b"}}],
        [{"rule": "records_sound", "level": "warn", "words": {"en": "a"}}],
        [{"rule": "max_range_m", "level": "warn", "value": "far", "words": {"en": "a", "es": "b"}}],
        [{"rule": "records_sound", "level": "warn", "words": {"en": "a", "es": "b"}}] * 2,
    ],
)
def test_a_specification_of_other_things_is_refused(checks):
    with pytest.raises(InvalidInput):
        publish_specification(checks=checks, actor=Actor.system("test"))


def test_only_program_managers_publish_a_specification():
    for role in Role.values:
        user = staff(role)
        if role == Role.PROGRAM_MANAGER:
            publish_specification(checks=read_checks(), actor=actor_for(user), user=user)
        else:
            with pytest.raises(NotAllowed):
                publish_specification(checks=read_checks(), actor=actor_for(user), user=user)


def test_a_purpose_ends_by_itself():
    _user, partner = registrant()
    one = pending_camera(partner)
    manager, purpose = reviewer()
    with time_machine.travel(timezone.now() + timedelta(hours=9), tick=False), pytest.raises(NotAllowed):
        approve(one, manager, purpose)
