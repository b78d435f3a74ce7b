"""Workers that are killed, come twice, or find somebody else at it: each row counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.cameras.models import Camera, Site
from apps.imports import services
from apps.imports.models import CameraImport
from apps.imports.tasks import sweep_imports
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.prospects import services as owners
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from apps.prospects.tasks import sweep_owners
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.imports import checked, csv_of, for_agency, imported, line, received
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = "name,latitude,longitude,bearing,owner email"


def leases_are_over() -> None:
    CameraImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1), attempts=1)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr("apps.imports.services.working.MOST_ROWS", 2)


@pytest.mark.parametrize("step", range(0, 130, 9))
def test_a_worker_killed_anywhere_is_followed_by_one_that_ends_it(step):
    camera_import = checked(received(csv_of(*(line(number) for number in range(4)))))
    user = camera_import.started_by
    services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))
    die_at(step + 1, lambda: services.work_on_import(camera_import.pk))
    leases_are_over()
    services.work_on_import(camera_import.pk)
    camera_import.refresh_from_db()
    assert camera_import.state == "imported"
    assert (Camera.objects.count(), Site.objects.count()) == (4, 1)
    assert Entry.objects.filter(action="camera.registered").count() == 4
    assert Message.objects.filter(kind="import.finished").count() == 1


def test_many_workers_at_once_import_each_row_once():
    camera_import = checked(received(csv_of(*(line(number) for number in range(6)))))
    user = camera_import.started_by
    services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))
    done = at_once([lambda: services.work_on_import(camera_import.pk)] * 4)
    assert sorted(done) == [False, False, False, True], done
    assert Camera.objects.count() == 6
    assert Entry.objects.filter(action="import.imported").count() == 1


def test_many_presses_of_the_button_start_one_import():
    camera_import = checked(received(csv_of(line(1))))
    user = camera_import.started_by
    answers = at_once(
        [lambda: services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))] * 4
    )
    assert sum(isinstance(one, CameraImport) for one in answers) == 1
    assert Entry.objects.filter(action="import.started").count() == 1


def test_three_deaths_stop_an_import_and_somebody_may_let_it_go_on():
    camera_import = checked(received(csv_of(line(1))))
    user = camera_import.started_by
    services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))
    CameraImport.objects.update(attempts=3, leased_until=timezone.now() - timedelta(seconds=1))
    assert services.due_imports() == []
    camera_import.refresh_from_db()
    assert (camera_import.state, camera_import.stopped_in) == ("stopped", "importing")
    services.try_again(camera_import=camera_import, user=user, actor=actor_for(user))
    services.work_on_import(camera_import.pk)
    assert Camera.objects.count() == 1


def test_the_sweep_finds_what_a_broker_lost_and_invites_owners():
    camera_import = checked(for_agency(f"{HEADER}\nGate,30.44,-84.28,N,ada@example.org\n".encode()))
    user = camera_import.started_by
    services.start_import(camera_import=camera_import, user=user, actor=actor_for(user))
    for _ in range(2):
        sweep_imports()
        sweep_owners()
    assert OwnerInvitation.objects.get().state == "invited"
    assert Message.objects.filter(kind="owner.invitation").count() == 1


def test_an_invitation_sent_many_times_at_once_is_one_mail():
    imported(checked(for_agency(f"{HEADER}\nGate,30.44,-84.28,N,ada@example.org\n".encode())))
    pk = OwnerInvitation.objects.get().pk
    assert sorted(at_once([lambda: owners.invite_owner(pk=pk)] * 5)) == [False] * 4 + [True]
    assert Message.objects.filter(kind="owner.invitation").count() == 1


def test_a_no_and_a_yes_at_once_are_one_of_the_two():
    import uuid

    from tests.factories.people import UserFactory, terms_in_force

    terms_in_force()
    imported(checked(for_agency(f"{HEADER}\nGate,30.44,-84.28,N,ada@example.org\n".encode())))
    owners.invite_due_owners()
    invitation = OwnerInvitation.objects.get()
    user = UserFactory.create(email="ada@example.org")

    def claim():
        return owners.claim_invitation(
            invitation=invitation, user=user, partner=None, agencies=[], name="Ada", request_key=uuid.uuid4(),
            actor=actor_for(user),
        )  # fmt: skip

    at_once([claim, lambda: owners.remove_me(invitation=invitation, actor=actor_for(user))])
    invitation.refresh_from_db()
    held = PreRegisteredCamera.objects.exclude(details="").count()
    assert (invitation.state, held, Entry.objects.filter(action="partner.joined").count()) in (
        ("claimed", 1, 1),
        ("removed", 0, 0),
    )
