"""Canaries: a partner's name, camera, address, place and file, looked for on every address as every role.

They are found only where the policies let that person see them; in letters, the log and error pages hardly at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.notifications.models import Message
from tests.factories.cameras import owner_of
from tests.factories.landing import Landings
from tests.factories.people import StaffFactory, registrant
from tests.factories.sessions import is_signed_in, sign_in
from tests.factories.victims import CANARY, PLACE, Victim, victim
from tests.test_every_address_has_a_policy import addresses, filled

__all__ = ["victim"]
pytestmark = pytest.mark.django_db

# A place is found where both its numbers are; one of them alone may be a corner of the area that was asked about.
CANARIES: dict[str, tuple[str, ...]] = {
    "name": (f"{CANARY} household",),
    "camera": (f"{CANARY} camera",),
    "address": (f"1 {CANARY} Lane",),
    "file": (f"{CANARY}.mp4",),
    "place": tuple(str(abs(degrees))[:7] for degrees in PLACE),
    "door": (f"3 {CANARY} Lane",),
}


# What staff of the agency that asked find, and on which pages. The name of a file stands where the item is listed; the
# register shows program managers and auditors who takes part; a place and an address need a purpose.
REQUEST = "admin:footage_requests_footagerequest_change"
REGISTRATION = "admin:cameras_camera_change"
# What an officer wrote at a door is read by those who go along.
DOORS = {"admin:canvass_canvass_change", "admin:canvass_canvass_correct", "admin:canvass_canvass_doors"}
FILES = {
    "file": {
        "admin:agencies_case_change",
        "admin:disclosure_export_change",
        "admin:evidence_evidenceitem_change",
        "admin:footage_requests_footagerequest_board",
        REQUEST,
    }
}
ASKED_RECORDS = {
    "file": FILES["file"] | {"admin:disclosure_recordsrequest_change", "admin:retention_disposition_change"}
}
REGISTER = {
    "camera": {REGISTRATION},
    "name": {
        REGISTRATION,
        "admin:partners_partner_change",
        "admin:partners_partner_changelist",
        "admin:terms_acceptance_change",
        "admin:terms_acceptance_changelist",
    },
}
STAFF_FIND: dict[str, dict[str, set[str]]] = {
    **dict.fromkeys((Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, "approver"), FILES),
    Role.RECORDS_CUSTODIAN: ASKED_RECORDS,
    Role.PROGRAM_MANAGER: REGISTER,
    Role.AUDITOR: ASKED_RECORDS | REGISTER,
    "author": FILES | {kind: {REQUEST} for kind in ("name", "camera", "address", "place")} | {"door": DOORS},
    "reviewer": REGISTER | {"address": {REGISTRATION}, "place": {REGISTRATION}},
}


class Walker:
    """One person who opens every address about the victim."""

    def __init__(self, user: User | None = None) -> None:
        self._user, self._client = user, Client(raise_request_exception=False)
        self._landings = Landings()

    def get(self, address: str) -> tuple[Any, Any]:
        """The answer, and the one where it leads. Signed in again where an address before ended the session."""
        if self._user is not None and not is_signed_in(self._client):
            sign_in(self._client, self._user)
        response = self._client.get(address)
        return response, self._landings.follow(self._client, response)

    def finds(self, victim: Victim) -> dict[str, set[str]]:
        """Which canaries stand on which pages; a page is named by where one lands."""
        found: dict[str, set[str]] = {}
        for name, route in addresses():
            first, last = self.get("/" + filled(name, route, victim))
            assert last.status_code < 500, name
            for response in (first, last):
                landed = name if response is first else response.resolver_match.view_name
                for kind in canaries_in(body_of(response) + str(response.headers)):
                    found.setdefault(kind, set()).add(landed)
        return found


def body_of(response: Any) -> str:
    return (b"".join(response) if response.streaming else response.content).decode(errors="replace")


def canaries_in(text: str) -> set[str]:
    return {kind for kind, parts in CANARIES.items() if all(part in text for part in parts)}


def colleague(victim: Victim, role: str) -> User:
    """Somebody of the agency that asked, who is not the author of the request."""
    user = StaffFactory.create()
    RoleGrant.objects.create(user=user, agency=victim.opened.agency, role=role)
    return user


def reviewer(victim: Victim) -> User:
    """A program manager who has said why registrations are reviewed."""
    user = colleague(victim, Role.PROGRAM_MANAGER)
    open_purpose(
        user=user,
        agency=victim.opened.agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=AccessKind.REGISTRATIONS,
        reason="Weekly review of registrations",
    )
    return user


def asker(victim: Victim) -> User:
    """The author of the request, who has said why its cameras have to be seen."""
    user = victim.opened.author
    open_purpose(
        user=user,
        agency=victim.opened.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.REQUEST_CAMERAS,
        reason="Door to door along the street",
        case_number=victim.opened.request.case.number,
    )
    return user


STRANGERS: dict[str, Callable[[Victim], User | None]] = {
    "nobody": lambda victim: None,
    "another partner": lambda victim: registrant(victim.opened.agency)[0],
}
STAFF: dict[str, Callable[[Victim], User]] = {
    **{role: partial(colleague, role=role) for role in Role.values},
    "author": asker,
    "approver": lambda victim: victim.opened.supervisor,
    "reviewer": reviewer,
}


@pytest.fixture
def clean_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Opening every address leaves no name and no place in the log."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # statements are logged under DEBUG only, never live
    yield
    said = [caplog.handler.format(record) for record in caplog.get_records("call")]
    assert said
    assert canaries_in("\n".join(said)) == set()


@pytest.mark.usefixtures("clean_log")
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_finds_nothing_anywhere(victim: Victim, who: str) -> None:
    assert Walker(STRANGERS[who](victim)).finds(victim) == {}


@pytest.mark.usefixtures("clean_log")
@pytest.mark.parametrize("who", STAFF)
def test_staff_find_only_what_their_role_and_purpose_give(victim: Victim, who: str) -> None:
    assert Walker(STAFF[who](victim)).finds(victim) == STAFF_FIND[who]


@pytest.mark.usefixtures("clean_log")
def test_the_owner_finds_what_is_held_and_no_notes_of_officers(victim: Victim) -> None:
    assert set(Walker(owner_of(victim.partner)).finds(victim)) == set(CANARIES) - {"door"}


def test_letters_name_no_place_and_tell_strangers_nothing(victim: Victim) -> None:
    own = {owner_of(victim.partner).email}
    invited = {f"{CANARY.lower()}@example.org"}  # is told who invites
    letters = [(row.recipient, f"{row.subject} {row.words.text}") for row in Message.objects.all()]
    letters += [(one.to[0], f"{one.subject} {one.body}") for one in mail.outbox]
    assert any(recipient in own for recipient, _text in letters)
    for recipient, text in letters:
        told = canaries_in(text)
        assert told <= ({"name", "camera"} if recipient in own else {"name"} if recipient in invited else set())


def test_an_error_page_and_its_log_repeat_nothing_of_the_form(
    victim: Victim, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("The disk is on fire.")

    monkeypatch.setattr("apps.web.cameras.views.withdraw_camera", broken)
    client = sign_in(Client(raise_request_exception=False), owner_of(victim.partner))
    camera = victim.opened.match.camera
    form = {"version": camera.version, "name": CANARIES["camera"][0], "latitude": PLACE[0], "longitude": PLACE[1]}
    response = client.post(f"/cameras/{camera.public_id}/withdraw/", form)
    assert response.status_code == 500
    assert canaries_in(body_of(response)) == set()
    assert "The disk is on fire." in caplog.text
    assert canaries_in(caplog.text) == set()
