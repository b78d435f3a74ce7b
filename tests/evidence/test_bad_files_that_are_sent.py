"""A bad file from the owner's upload to the words that owner and detective read: nothing that arrived is lost."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key, store
from apps.footage_requests.models import Invitation
from apps.ledger.models import Entry
from apps.media.errors import REASONS
from apps.partners.models import Membership
from apps.uploads import services as uploads
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.evidence.test_intake_access import create, send
from tests.factories import evidence as factories
from tests.factories.items import purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.media import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

BAD = {
    "program": (b"MZ\x90\x00" + bytes(4000), "program"),
    "playlist": (samples.hls("http://127.0.0.1:9/x.ts"), "playlist"),
    "picture of a strange kind": (b"BM" + bytes(3000), "picture_format"),
    "nothing known": (bytes(5000), "unknown_format"),
}


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def owner(invitation: Invitation) -> Client:
    client = Client()
    client.force_login(Membership.objects.get(partner=invitation.partner).user)
    return client


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_video_is_kept_and_both_sides_read_why_it_does_not_play(
    owner: Client, invitation: Invitation, kind: str
) -> None:
    content, problem = BAD[kind]
    where = create(owner, len(content), invitation=invitation.public_id, filename="front door.mp4")["Location"]
    assert send(owner, where, content).status_code == 204
    item = EvidenceItem.objects.get()
    assert sealing.hash_and_seal(item_pk=item.pk)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    assert (item.state, item.problem.split()[0]) == (ItemState.UNPLAYABLE, problem)
    assert store().read_back(original_key(item.digest)) == hashlib.sha256(content).hexdigest()

    receipt = owner.get(reverse("evidence:receipt", args=[item.submission.public_id])).content.decode()
    assert "It does not play in a browser; it is kept as it came." in receipt
    assert item.digest in receipt
    detective = staff(Role.DETECTIVE, item.agency)
    purpose_for_case(detective, item)
    address = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    page = sign_in(Client(), detective).get(address).content.decode()
    assert escape(str(REASONS[problem])) in page
    assert "The original is sealed and unchanged." in page


def test_a_file_shorter_than_declared_is_no_evidence_and_is_given_up_after_its_days(
    owner: Client, invitation: Invitation
) -> None:
    where = create(owner, 10, invitation=invitation.public_id)["Location"]
    answer = send(owner, where, b"video")
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "5")
    assert uploads.sweep().finished == 0
    assert not EvidenceItem.objects.exists()
    assert owner.get(f"{where}/digest").json()["state"] == "receiving"
    with time_machine.travel(timezone.now() + timedelta(days=configured.UPLOAD_DAYS, minutes=1), tick=True):
        assert send(owner, where, b"video").status_code == 410
        assert uploads.sweep().abandoned == 1
    assert Upload.objects.get().state == UploadState.ABANDONED
    assert Entry.objects.filter(action="upload.abandoned").count() == 1
    assert not EvidenceItem.objects.exists()
