"""An officer takes an export at the scene: signed first, the same door as an owner's files, and a receipt."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.evidence.handover_signature import Signature, signature_from
from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import EvidenceItem, Handover, WitnessContact
from apps.evidence.services import contacts, handovers, holds, sealing
from apps.evidence.services.handovers import Giver
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.states import Answer
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.links.models import Link
from apps.notifications.models import Message
from apps.uploads.models import Upload
from tests.factories import evidence as factories
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}
SIGNED = Signature("Ann Ash", "typed", [])
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def officer(invitation: Invitation) -> User:
    """The author of the request, who works on its case."""
    author: User = invitation.request.author
    return author


def begun(invitation: Invitation, *, registered: bool = False, **changes: Any) -> Handover:
    asked = invitation.request
    given: dict[str, Any] = {
        "case": asked.case,
        "user": asked.author,
        "what": "the recording of the front door",
        "medium": "usb",
        "window": (asked.window_start, asked.window_end),
        "language": "en",
    }
    if registered:
        given["match"] = Match.objects.get(invitation=invitation)
    else:
        given["giver"] = Giver("Ann Ash", "ann@example.org", "")
    return handovers.begin_handover(**{**given, **changes})


def signed(invitation: Invitation, **changes: Any) -> Handover:
    handover = begun(invitation, **changes)
    return handovers.sign_handover(handover=handover, signature=SIGNED, user=handover.taken_by)


def create(client: Client, handover: Handover, length: int = 5) -> Any:
    metadata = {"handover": handover.public_id, "filename": "export.mp4"}
    sent = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in metadata.items())
    return client.post("/files/", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": sent})


def send(client: Client, where: str, content: bytes) -> Any:
    headers = {**TUS, "Upload-Offset": "0"}
    return client.patch(where, content, content_type="application/offset+octet-stream", headers=headers)


def taken(handover: Handover, content: bytes = b"video") -> EvidenceItem:
    """A file that came through the door, as the officer's browser sends it."""
    client = sign_in(Client(), handover.taken_by)
    where = create(client, handover, len(content))["Location"]
    assert send(client, where, content).status_code == 204
    digest = hashlib.sha256(content).hexdigest()
    client.post(f"{where}/digest", json.dumps({"sha256": digest}), content_type="application/json")
    return EvidenceItem.objects.get(upload__public_id=where.rsplit("/", 1)[1])


def test_a_file_from_somebody_who_takes_no_part_is_sealed_and_says_who_took_it(invitation: Invitation) -> None:
    handover = signed(invitation)
    item = taken(handover)
    assert (item.submission.partner, item.submission.case) == (None, invitation.request.case)
    entry = Entry.objects.get(action="evidence_item.received")
    assert (entry.actor.kind, entry.actor.role) == ("staff", "detective")
    assert entry.facts["handover"] == str(handover.public_id)
    assert Entry.objects.get(action="handover.begun").facts["giver"] == "unregistered"
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.sender_digest_agrees is True


def test_a_registered_owner_has_answered_and_finds_it_among_what_was_given(invitation: Invitation) -> None:
    item = taken(signed(invitation, registered=True))
    match = Match.objects.get(invitation=invitation)
    assert (item.match, item.submission.partner, item.submission.invitation) == (match, invitation.partner, invitation)
    assert match.answer == Answer.HAS_FOOTAGE
    assert not WitnessContact.objects.exists()


def test_nothing_is_taken_before_the_giver_signs_nor_after_the_end(invitation: Invitation, officer: User) -> None:
    client, handover = sign_in(Client(), officer), begun(invitation)
    assert create(client, handover).status_code == 409
    handovers.sign_handover(handover=handover, signature=SIGNED, user=officer)
    where = create(client, handover)["Location"]
    handovers.end_handover(handover=handover, user=officer)
    assert create(client, handover).status_code == 409
    assert send(client, where, b"video").status_code == 204, "what was under way finishes"


def test_only_the_officer_who_began_it_sends_files(invitation: Invitation) -> None:
    handover = signed(invitation)
    colleague = staff(Role.DETECTIVE, invitation.request.agency)
    owner, _partner = registrant(invitation.request.agency)
    for client in (sign_in(Client(), colleague), sign_in(Client(), owner), Client()):
        assert create(client, handover).status_code == 404
    assert not Upload.objects.exists()
    with pytest.raises(NotAllowed):
        handovers.end_handover(handover=handover, user=colleague)


def test_who_does_not_work_on_the_case_takes_nothing_for_it(invitation: Invitation) -> None:
    for person in (staff(Role.DETECTIVE, invitation.request.agency), staff(Role.SUPERVISOR), staff(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            begun(invitation, user=person)


@pytest.mark.parametrize(
    "wrong",
    [
        {"giver": Giver("", "ann@example.org")},
        {"giver": Giver("Ann Ash")},
        {"giver": Giver("Ann Ash", "no address")},
        {"what": " "},
        {"medium": "tape"},
        {"giver": None},
    ],
)
def test_a_giver_without_name_or_contact_is_refused(invitation: Invitation, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        begun(invitation, **wrong)
    assert not Handover.objects.exists()


def test_a_camera_of_another_case_is_not_found(invitation: Invitation) -> None:
    other = Match.objects.get(invitation=factories.invitation())
    with pytest.raises(NotFound):
        begun(invitation, registered=True, match=other)


def test_a_repeated_form_begins_one_handover_and_one_contact(invitation: Invitation) -> None:
    key = uuid.uuid4()
    assert begun(invitation, request_key=key) == begun(invitation, request_key=key)
    assert WitnessContact.objects.count() == 1


def test_the_receipt_goes_out_once_and_its_link_says_nothing_about_anybody(invitation: Invitation) -> None:
    handover = signed(invitation)
    taken(handover), taken(handover, b"another")
    letter = Message.objects.get(kind="evidence.handed_over")
    link = Link.objects.get(kind=HANDOVER.name)
    assert letter.recipient == "ann@example.org"
    assert link.token in letter.text
    assert "Ann" not in link.address
    assert invitation.request.case.number not in letter.text


def test_the_link_opens_the_receipt_and_nobody_else_reads_it(invitation: Invitation) -> None:
    handover = signed(invitation)
    address = reverse("evidence:handed_over", args=[handover.public_id])
    giver = Client()
    opened = giver.post(
        reverse("links:open", args=["handover", handover.public_id]), {"token": Link.objects.get(kind="handover").token}
    )
    assert opened.url == address
    assert "No file has arrived yet" in giver.get(address).content.decode()
    item = taken(handover)
    receipt = giver.get(address).url
    assert item.filename in giver.get(receipt).content.decode()
    assert Client().get(receipt).status_code == 404
    assert Client().get(address).status_code == 200, "the landing page, which tells nothing"


def test_the_contact_is_the_custodians_to_read_and_goes_with_its_time(
    invitation: Invitation, settings: Settings
) -> None:
    handover = signed(invitation)
    item = taken(handover)
    assert contacts.was_kept(item.submission)
    WitnessContact.objects.update(keep_until=timezone.now())
    custodian = staff(Role.RECORDS_CUSTODIAN, item.agency)
    hold = holds.place_hold(item=item, user=custodian, authority="Court", reason="A trial runs.")
    assert contacts.erase_kept_contacts(actor=SYSTEM) == 0
    holds.lift_hold(hold=hold, user=custodian, reason="The trial is over.")
    assert contacts.erase_kept_contacts(actor=SYSTEM) == 1
    handover.refresh_from_db()
    assert (handover.signature, handover.what) == ("", "")
    assert "Ann" not in json.dumps(
        [entry.private for entry in Entry.objects.filter(subject_kind="handover")], default=str
    )


def test_where_nothing_came_the_contact_is_not_kept(invitation: Invitation, officer: User) -> None:
    handovers.end_handover(handover=begun(invitation), user=officer)
    assert contacts.erase_kept_contacts(actor=SYSTEM) == 1


def test_signing_after_the_end_is_refused(invitation: Invitation, officer: User) -> None:
    handover = begun(invitation)
    handovers.end_handover(handover=handover, user=officer)
    with pytest.raises(WrongState):
        handovers.sign_handover(handover=handover, signature=SIGNED, user=officer)


@pytest.mark.parametrize("strokes", ["", "[]", "[[[1,2]]]", "[[[1,2],[2000,4]]]", "{", "[[1]]", "[" * 9999])
def test_a_drawn_signature_is_lines_inside_of_the_field(strokes: str) -> None:
    with pytest.raises(InvalidInput):
        signature_from(name="Ann Ash", way="drawn", strokes=strokes)
    assert signature_from(name="Ann Ash", way="drawn", strokes="[[[1,2],[3,4]]]").path == "M1 2 L3 4"


def test_the_giver_reads_and_signs_in_the_own_language(invitation: Invitation, officer: User) -> None:
    client, handover = sign_in(Client(), officer), begun(invitation, language="es")
    address = reverse("evidence:scene_sign", args=[handover.public_id])
    assert 'lang="es"' in client.get(address).content.decode()
    assert client.post(address, {"name": "", "way": "typed"}).status_code == 400
    assert client.post(address, {"name": "Ann Ash", "way": "typed"}).status_code == 302
    handover.refresh_from_db()
    assert Signature.from_json(handover.signature).name == "Ann Ash"
