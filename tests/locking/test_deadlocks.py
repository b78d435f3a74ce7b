"""Pairs of verbs that once waited for each other for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera
from apps.cameras.services import approve_camera, confirm_cameras, return_camera, update_camera
from apps.footage_requests.services import approve_request
from apps.imports.services import start_import, work_on_import
from apps.partners.models import MemberRole, Membership
from apps.partners.services import ContactWish, leave_partner, set_contact_rules
from apps.privacy.closing import close_account
from apps.uploads.services import commit_offset, finish_upload
from apps.uploads.staging import path_of
from tests.factories.actors import actor_for
from tests.factories.cameras import camera, pending_camera, reviewer, site
from tests.factories.evidence import open_upload
from tests.factories.footage_requests import camera_at, open_request, submitted
from tests.factories.imports import checked, csv_of, received
from tests.factories.people import AgencyFactory, member, registrant, staff
from tests.locking.interleaving import interleaved

pytestmark = pytest.mark.django_db(transaction=True)
EVERY_MOMENT = pytest.mark.parametrize("pause_at", [1, 2, 0])


@pytest.fixture(autouse=True)
def postgresql_alone() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")


def errors_in(results: tuple[Any, Any]) -> list[str]:
    return [repr(result) for result in results if isinstance(result, Exception)]


def long_unconfirmed(camera: Camera) -> Camera:
    Camera.objects.filter(pk=camera.pk).update(confirmed_at=timezone.now() - timedelta(days=400))
    camera.refresh_from_db()
    return camera


def edit(camera: Camera, user: Any) -> Camera:
    details = CameraDetails.checked(**(stated_values(camera) | {"name": "Renamed"}))
    return update_camera(camera=camera, version=camera.version, details=details, user=user, actor=actor_for(user))


@EVERY_MOMENT
def test_an_approval_and_an_owner_who_saves_limits(pause_at: int) -> None:
    agency = AgencyFactory.create()
    owner, partner = registrant(agency)
    camera_at(partner)
    rules = set_contact_rules(
        partner=partner, user=owner, wish=ContactWish(most_requests=5), version=0, actor=actor_for(owner)
    )
    asked = submitted(staff(agency=agency), agency)
    supervisor = staff("supervisor", agency)
    results = interleaved(
        lambda: approve_request(user=supervisor, request=asked, version=asked.version, actor=actor_for(supervisor)),
        lambda: set_contact_rules(
            partner=partner,
            user=owner,
            wish=ContactWish(most_requests=7),
            version=rules.version,
            actor=actor_for(owner),
        ),
        pause_at=pause_at,
    )
    assert errors_in(results) == []


@EVERY_MOMENT
def test_a_first_file_and_a_member_who_leaves(pause_at: int) -> None:
    opened = open_request()
    partner = opened.invitation.partner
    helper = member(partner)
    upload = open_upload(b"video", sent_through=opened.invitation)
    path_of(upload).write_bytes(b"video")
    commit_offset(upload=upload, offset=upload.length)
    results = interleaved(
        lambda: finish_upload(upload=upload),
        lambda: leave_partner(partner=partner, user=helper, actor=actor_for(helper)),
        pause_at=pause_at,
    )
    assert errors_in(results) == []


@EVERY_MOMENT
def test_an_owner_edits_a_camera_while_a_colleague_confirms_all(pause_at: int) -> None:
    owner, partner = registrant()
    colleague = member(partner, MemberRole.MANAGER)
    changed = long_unconfirmed(camera(partner))
    results = interleaved(
        lambda: edit(changed, owner),
        lambda: confirm_cameras(partner=partner, actor=actor_for(colleague), user=colleague),
        pause_at=pause_at,
    )
    assert errors_in(results) == []


@EVERY_MOMENT
@pytest.mark.parametrize("decide", [return_camera, approve_camera])
def test_staff_decide_about_a_camera_while_its_owner_confirms_all(pause_at: int, decide: Any) -> None:
    owner, partner = registrant()
    looked_at = long_unconfirmed(camera(partner) if decide is return_camera else pending_camera(partner))
    manager, purpose = reviewer()
    words = {"reason": "It looks into a window."} if decide is return_camera else {}
    results = interleaved(
        lambda: decide(
            camera=looked_at,
            version=looked_at.version,
            purpose=purpose,
            user=manager,
            **words,
        ),
        lambda: confirm_cameras(partner=partner, actor=actor_for(owner), user=owner),
        pause_at=pause_at,
    )
    assert errors_in(results) == []


@pytest.mark.parametrize("pause_at", [2, 3, 4, 5])
def test_an_import_that_names_cameras_backwards_and_an_owner_who_confirms_all(pause_at: int) -> None:
    owner, partner = registrant()
    place = site(partner)
    first, second = (long_unconfirmed(camera(partner, name=name, site=place)) for name in ("One", "Two"))
    header = "camera_id,name"
    rows = [f"{one.public_id},Renamed {one.pk}" for one in (second, first)]
    job = checked(received(csv_of(*rows, header=header), partner=partner, user=owner))
    start_import(camera_import=job, user=owner, actor=actor_for(owner))
    results = interleaved(
        lambda: work_on_import(job.pk),
        lambda: confirm_cameras(partner=partner, actor=actor_for(owner), user=owner),
        pause_at=pause_at,
    )
    assert errors_in(results) == []
    assert {one.name for one in Camera.objects.all()} == {f"Renamed {first.pk}", f"Renamed {second.pk}"}


@EVERY_MOMENT
def test_two_owners_of_two_partners_close_their_accounts(pause_at: int) -> None:
    ada, first = registrant()
    bob, second = registrant()
    Membership.objects.create(partner=second, user=ada, role=MemberRole.OWNER)
    Membership.objects.create(partner=first, user=bob, role=MemberRole.OWNER)
    results = interleaved(
        lambda: close_account(user=ada, actor=actor_for(ada)),
        lambda: close_account(user=bob, actor=actor_for(bob)),
        pause_at=pause_at,
    )
    assert errors_in(results) == []
    first.refresh_from_db()
    assert first.left_at is not None
