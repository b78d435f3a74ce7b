"""Owners whom an agency entered: asked once, asked for nothing before their yes, and gone after their no."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.agencies.models import Role
from apps.cameras.models import Camera, Site
from apps.core.errors import NotAllowed
from apps.imports import services
from apps.imports.selectors import progress_of
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.partners.models import Consent, Partner
from apps.prospects import services as owners
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from apps.prospects.services import Entered, enter_at_meeting
from apps.prospects.states import Origin, OwnerState
from apps.terms.models import Acceptance
from tests.factories.actors import actor_for
from tests.factories.cameras import reviewer
from tests.factories.imports import checked, for_agency, imported, problems_of, undone
from tests.factories.links import post_secret
from tests.factories.people import AgencyFactory, StaffFactory, UserFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

HEADER = "name,address,latitude,longitude,bearing,owner name,owner email,owner phone"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    terms_in_force()


def row(number: int = 1, email: str = "ada@example.org") -> str:
    return f"Gate {number},{number} Secret Lane,30.44{number:02d},-84.28,N,Ada,{email},850-555-0100"


def brought(*rows: str, agency=None, manager=None):
    content = "\n".join([HEADER, *(rows or [row()])]) + "\n"
    return imported(checked(for_agency(content.encode(), agency, manager)))


def invited(*rows: str) -> OwnerInvitation:
    brought(*rows)
    owners.invite_due_owners()
    return OwnerInvitation.objects.get()


def link_and_code() -> tuple[str, str]:
    text = Message.objects.get(kind="owner.invitation").text
    token = re.search(r"/owners/\S+#(\S+)", text)[1]
    # At the end of its line: the middle of a UUID of digits alone looks like a code.
    return token, re.search(r" ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", text, re.M)[1]


def opened(invitation: OwnerInvitation, client: Client | None = None) -> Client:
    client = client or Client()
    answer = post_secret(client, "owner", invitation.public_id, link_and_code()[0])
    assert answer.status_code == 303
    return client


def yes(client: Client, invitation: OwnerInvitation, **more):
    page = client.get(f"/owners/{invitation.public_id}/").content.decode()
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    form = {"shown": shown, "request_key": key, "name": "Ada's home", "agencies": [invitation.agency_id]} | more
    return client.post(f"/owners/{invitation.public_id}/", form)


def test_nothing_is_in_the_register_before_the_owner_says_yes():
    invitation = invited(row(1), row(2))
    assert (Partner.objects.count(), Camera.objects.count(), Site.objects.count()) == (0, 0, 0)
    assert (Consent.objects.count(), Acceptance.objects.count()) == (0, 0)
    assert invitation.cameras.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT details FROM prospects_preregisteredcamera")
        assert all("Secret" not in details and "30.44" not in details for (details,) in cursor.fetchall())


def test_an_owner_of_several_rows_and_imports_gets_one_mail():
    manager = staff(Role.PROGRAM_MANAGER, agency := AgencyFactory.create())
    brought(row(1), row(2), agency=agency, manager=manager)
    for _ in range(2):
        owners.invite_due_owners()
    brought(row(3), agency=agency, manager=manager)
    owners.invite_due_owners()
    assert Message.objects.filter(kind="owner.invitation").count() == 1
    assert OwnerInvitation.objects.get().cameras.count() == 3


def test_owners_are_invited_when_their_file_is_done_and_not_once_it_is_undone():
    manager = staff(Role.PROGRAM_MANAGER, agency := AgencyFactory.create())
    content = "\n".join([HEADER, row(1), row(2, "bob@example.org")]) + "\n"
    ready = checked(for_agency(content.encode(), agency, manager))
    OwnerInvitation.objects.create(agency=agency, email_key="0" * 32, origin=Origin.FILE)
    assert owners.invite_due_owners() == 0
    done = imported(ready)
    assert OwnerInvitation.objects.filter(is_ready=True).count() == 2
    services.undo_import(camera_import=done, user=manager, actor=actor_for(manager))
    assert owners.invite_due_owners() == 0


def test_the_mail_names_no_place_and_speaks_both_languages_where_none_is_known():
    invited()
    text = Message.objects.get(kind="owner.invitation").text
    for secret in ("Secret", "30.44", "Gate", "Ada"):
        assert secret not in text
    assert "one tap" in text
    assert "un toque" in text


def test_invitations_go_out_some_at_a_time(settings):
    settings.OWNER_INVITES_PER_MINUTE = 2
    brought(*(row(number, f"p{number}@example.org") for number in range(5)))
    assert [owners.invite_due_owners() for _ in range(4)] == [2, 2, 1, 0]


def test_the_link_and_the_code_open_and_nothing_else_does():
    invitation = invited()
    page = f"/owners/{invitation.public_id}/"
    assert "Secret" not in Client().get(page).content.decode()
    token, code = link_and_code()
    for wrong in ("", "x", token[:-1], "0000-0000-0000"):
        assert post_secret(Client(), "owner", invitation.public_id, wrong).status_code == 403
    for right in (token, code, code.lower().replace("-", " ")):
        client = Client()
        assert post_secret(client, "owner", invitation.public_id, right).status_code == 303
        assert "1 Secret Lane" in client.get(page).content.decode()


def test_guessing_is_slowed_down():
    invitation = invited()
    answers = [post_secret(Client(), "owner", invitation.public_id, "x") for _ in range(12)]
    assert answers[-1].status_code == 429


def test_a_yes_makes_account_partner_consent_acceptance_and_cameras_at_once():
    invitation = invited(row(1), row(2))
    client = opened(invitation)
    answer = yes(client, invitation)
    assert answer.status_code in (302, 303), answer.content.decode()[-3000:]
    user = User.objects.get(email="ada@example.org")
    assert EmailAddress.objects.get(user=user).verified
    partner = Partner.objects.get()
    assert partner.name == "Ada's home"
    assert Acceptance.objects.filter(partner=partner, user=user).exists()
    assert Consent.objects.get(partner=partner).agency_id == invitation.agency_id
    assert [camera.state for camera in Camera.objects.all()] == ["pending", "pending"]
    assert Entry.objects.filter(action="camera.registered", actor_id=str(user.public_id)).count() == 2
    assert client.get("/cameras/").status_code == 200
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email, invitation.phone) == (OwnerState.CLAIMED, "", "")
    assert not PreRegisteredCamera.objects.exclude(details="").exists()


def test_a_yes_sent_twice_is_one_yes():
    invitation = invited()
    client = opened(invitation)
    yes(client, invitation)
    assert client.get(f"/owners/{invitation.public_id}/").status_code == 302
    assert (Partner.objects.count(), Camera.objects.count()) == (1, 1)
    assert Client().get(f"/owners/{invitation.public_id}/").status_code == 200
    assert opened_again(invitation, follow=True).status_code == 410


def opened_again(invitation, **more):
    return post_secret(Client(), "owner", invitation.public_id, link_and_code()[0], **more)


def test_terms_that_changed_while_reading_leave_nothing_behind():
    invitation = invited()
    client = opened(invitation)
    answer = yes(client, invitation, shown=["x en " + "0" * 64])
    assert answer.status_code == 409
    assert (User.objects.filter(is_staff=False).count(), Partner.objects.count()) == (0, 0)
    assert yes(client, invitation).status_code in (302, 303)


def test_an_existing_account_is_never_attached_silently():
    user = UserFactory.create(email="ada@example.org")
    invitation = invited()
    client = opened(invitation)
    answer = yes(client, invitation)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert Partner.objects.count() == 0
    sign_in(client, user)
    yes(client, invitation)
    assert Camera.objects.get().site.partner.memberships.get().user == user


def test_an_existing_partner_may_take_the_cameras_over():
    user, partner = registrant()
    invitation = invited(row(1, user.email))
    client = sign_in(Client(), user)
    assert "Secret" in client.get(f"/owners/{invitation.public_id}/").content.decode()
    yes(client, invitation, partner=str(partner.public_id))
    assert Camera.objects.get().site.partner == partner
    assert Partner.objects.count() == 1


def test_somebody_elses_account_cannot_take_them_over():
    invitation = invited()
    other, _partner = registrant()
    client = sign_in(Client(), other)
    assert "Secret" not in client.get(f"/owners/{invitation.public_id}/").content.decode()
    opened(invitation, client)
    answer = client.post(
        f"/owners/{invitation.public_id}/", {"name": "x", "request_key": uuid.uuid4(), "partner": "new"}
    )
    assert answer.status_code in (404, 422)
    assert Camera.objects.count() == 0


def test_remove_me_erases_at_once_and_is_kept():
    manager = staff(Role.PROGRAM_MANAGER, agency := AgencyFactory.create())
    brought(agency=agency, manager=manager)
    owners.invite_due_owners()
    invitation = OwnerInvitation.objects.get()
    client = opened(invitation)
    for _ in range(2):
        assert client.post(f"/owners/{invitation.public_id}/remove/").status_code == 200
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email, invitation.name) == (OwnerState.REMOVED, "", "")
    assert not PreRegisteredCamera.objects.exclude(details="").exists()
    again = checked(for_agency(f"{HEADER}\n{row(5)}\n".encode(), agency, manager))
    assert ("owner_email", "owner_said_no") in problems_of(again)[2]


def test_the_silent_are_reminded_once_and_then_erased(settings):
    invitation = invited()
    owners.remind_due_owners()
    assert not Message.objects.filter(kind="owner.reminder").exists()
    OwnerInvitation.objects.update(invited_at=timezone.now() - timedelta(days=31))
    for _ in range(2):
        owners.remind_due_owners()
        owners.erase_silent_owners()
    assert Message.objects.filter(kind="owner.reminder").count() == 1
    OwnerInvitation.objects.update(invited_at=timezone.now() - timedelta(days=61))
    owners.erase_silent_owners()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.email) == (OwnerState.LAPSED, "")
    assert not PreRegisteredCamera.objects.exclude(details="").exists()
    assert opened_again(invitation, follow=True).status_code == 410


def test_undoing_an_agencys_import_erases_what_nobody_took_over():
    manager = staff(Role.PROGRAM_MANAGER, agency := AgencyFactory.create())
    camera_import = brought(row(1), row(2, "bob@example.org"), agency=agency, manager=manager)
    owners.invite_due_owners()
    ada = OwnerInvitation.objects.order_by("pk")[0]
    user = UserFactory.create(email="ada@example.org")
    owners.claim_invitation(
        invitation=ada,
        user=user,
        partner=None,
        agencies=[],
        name="Ada",
        request_key=uuid.uuid4(),
        actor=actor_for(user),
    )
    camera_import = undone(camera_import)
    assert (progress_of(camera_import).undone, progress_of(camera_import).kept) == (1, 1)
    assert OwnerInvitation.objects.get(pk=ada.pk).state == OwnerState.CLAIMED
    assert OwnerInvitation.objects.exclude(pk=ada.pk).get().state == OwnerState.WITHDRAWN


def test_a_worker_registers_what_was_taken_over_once_the_terms_are_accepted():
    from tests.factories.people import accept

    invitation = invited()
    user = UserFactory.create(email="ada@example.org")
    partner = owners.claim_invitation(
        invitation=invitation, user=user, partner=None, agencies=[], name="Ada", request_key=uuid.uuid4(),
        actor=actor_for(user),
    )  # fmt: skip
    assert owners.finish_claimed() == 0
    accept(partner, user)
    assert [owners.finish_claimed(), owners.finish_claimed()] == [1, 0]
    assert Camera.objects.count() == 1


def met(agency, manager, purpose, **changes):
    entered = {
        "email": "Ada@Example.org", "name": "Ada", "kind": "resident", "language": "es", "address": "1 Secret Lane",
        "latitude": 30.44, "longitude": -84.28, "camera_name": "Door", "bearing": 90.0,
    } | changes  # fmt: skip
    return enter_at_meeting(
        agency=agency, entered=Entered(**entered), purpose=purpose, request_key=uuid.uuid4(), user=manager,
        )  # fmt: skip


def test_people_at_a_meeting_confirm_by_mail_in_their_language():
    manager, purpose = reviewer(access=AccessKind.OWNER_ENTRY)
    held = met(purpose.agency, manager, purpose)
    owners.invite_due_owners()
    assert Camera.objects.count() == 0
    assert "un toque" in Message.objects.get(kind="owner.invitation").text
    assert Entry.objects.get(action="owner.met").facts["purpose"] == str(purpose.public_id)
    assert held.invitation.email == "ada@example.org"
    yes(opened(held.invitation), OwnerInvitation.objects.get())
    assert Camera.objects.get().name == "Door"


def test_a_meeting_needs_a_purpose_and_takes_no_staff_address():
    manager, purpose = reviewer(access=AccessKind.OWNER_ENTRY)
    StaffFactory.create(email="officer@police.example.org")
    with pytest.raises(NotAllowed):
        met(purpose.agency, manager, None)
    with pytest.raises(NotAllowed):
        met(purpose.agency, manager, reviewer(purpose.agency)[1])
    with pytest.raises(NotAllowed):
        met(purpose.agency, manager, purpose, email="officer@police.example.org")
    with pytest.raises(NotAllowed):
        met(purpose.agency, staff(Role.DETECTIVE, purpose.agency), purpose)
    assert OwnerInvitation.objects.count() == 0


def test_old_files_are_erased_after_seven_days():
    camera_import = checked(for_agency(f"{HEADER}\n{row()}\n".encode()))
    assert services.erase_old_imports() == 0
    type(camera_import).objects.update(created_at=timezone.now() - timedelta(days=8))
    assert [services.erase_old_imports(), services.erase_old_imports()] == [1, 0]
    assert set(camera_import.rows.values_list("cells", flat=True)) == {""}
    camera_import.refresh_from_db()
    assert (camera_import.state, camera_import.header) == ("discarded", "[]")
