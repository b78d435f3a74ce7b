"""Who may open uploads, tell digests and read receipts."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.evidence.models import EvidenceItem
from apps.evidence.services import sealing
from apps.footage_requests import access
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.states import InvitationState, RequestState
from apps.ledger.models import Entry
from apps.links.access import remember
from apps.partners.models import Membership
from apps.uploads import staging
from apps.uploads.models import Upload
from tests.factories import evidence as factories
from tests.factories.links import link_of
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def holder(invitation: Invitation) -> Client:
    """Somebody who opened the link."""
    client = Client()
    response = HttpResponse()
    remember(response, RequestFactory().get("/"), link_of(invitation.public_id))
    client.cookies[access.COOKIE] = response.cookies[access.COOKIE].value
    return client


def create(client: Client, length: int = 5, **metadata: object) -> Any:
    sent = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in metadata.items())
    return client.post("/files/", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": sent})


def send(client: Client, where: str, content: bytes, offset: int = 0) -> Any:
    return client.patch(
        where, content, content_type="application/offset+octet-stream", headers={**TUS, "Upload-Offset": str(offset)}
    )


def tell(client: Client, where: str, digest: object) -> Any:
    return client.post(f"{where}/digest", json.dumps({"sha256": digest}), content_type="application/json")


def test_holder_of_the_link_sends_a_file_for_a_camera(holder: Client, invitation: Invitation) -> None:
    match = Match.objects.get(invitation=invitation)
    where = create(holder, invitation=invitation.public_id, match=match.public_id, filename="../a\r\nb.mp4")["Location"]
    assert send(holder, where, b"video").status_code == 204
    item = EvidenceItem.objects.get()
    assert (item.match, item.filename, item.agency) == (match, "ab.mp4", invitation.request.agency)
    entry = Entry.objects.get(action="evidence_item.received")
    assert (entry.actor_kind, entry.actor_id) == ("invitation", str(invitation.public_id))


def test_registrant_who_is_signed_in_needs_no_link(client: Client, invitation: Invitation) -> None:
    user = Membership.objects.get(partner=invitation.partner).user
    client.force_login(user)
    where = create(client, invitation=invitation.public_id)["Location"]
    assert send(client, where, b"video").status_code == 204
    entry = Entry.objects.get(action="evidence_item.received")
    assert (entry.actor_kind, entry.actor_id) == ("user", str(user.public_id))


@pytest.mark.parametrize("named", ["", "nonsense", "0c9f1c3e-6f0b-4f5e-9d0a-3c7b1d2e4f50"])
def test_upload_without_an_open_link_is_not_found(client: Client, holder: Client, named: str) -> None:
    other = factories.invitation()
    assert create(client, invitation=named).status_code == 404
    assert create(client, invitation=other.public_id).status_code == 404
    assert create(holder, invitation=other.public_id).status_code == 404
    assert not Upload.objects.exists()


def test_camera_of_another_request_is_refused(holder: Client, invitation: Invitation) -> None:
    stranger = Match.objects.get(invitation=factories.invitation())
    for match in (stranger.public_id, "nonsense"):
        assert create(holder, invitation=invitation.public_id, match=match).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize("state", [RequestState.CLOSED, RequestState.WITHDRAWN, RequestState.EXPIRED])
def test_ended_request_takes_no_new_upload(holder: Client, invitation: Invitation, state: str) -> None:
    FootageRequest.objects.filter(pk=invitation.request_id).update(state=state)
    assert create(holder, invitation=invitation.public_id).status_code == 409


def test_request_past_its_last_day_takes_no_new_upload(holder: Client, invitation: Invitation) -> None:
    FootageRequest.objects.filter(pk=invitation.request_id).update(closes_at=timezone.now())
    assert create(holder, invitation=invitation.public_id).status_code == 409


def test_revoked_link_begins_nothing(holder: Client, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(state=InvitationState.REVOKED)
    assert create(holder, invitation=invitation.public_id).status_code == 404


@pytest.mark.parametrize("body", ["[" * 100_000, "{", "null", '{"sha256": []}'])
def test_digest_that_is_none_is_refused(holder: Client, invitation: Invitation, body: str) -> None:
    where = create(holder, invitation=invitation.public_id)["Location"]
    assert holder.post(f"{where}/digest", body, content_type="application/json").status_code == 422


def test_control_signs_in_the_stated_type_cost_no_file(holder: Client, invitation: Invitation) -> None:
    assert create(holder, invitation=invitation.public_id, filetype="video/\x00\x1b[31mmp4").status_code == 201
    assert Upload.objects.get().content_type == "video/[31mmp4"


def test_digest_is_told_and_compared_once_the_file_is_sealed(holder: Client, invitation: Invitation) -> None:
    where = create(holder, invitation=invitation.public_id)["Location"]
    assert holder.get(f"{where}/digest").json()["state"] == "receiving"
    send(holder, where, b"video")
    digest = hashlib.sha256(b"video").hexdigest()
    assert tell(holder, where, digest).json()["equal"] is None
    sealing.hash_and_seal(item_pk=EvidenceItem.objects.get().pk)
    told = tell(holder, where, digest).json()
    assert (told["equal"], told["digest"]) == (True, digest)
    assert told["receipt"] == reverse("evidence:receipt", args=[EvidenceItem.objects.get().submission.public_id])
    assert tell(holder, where, "ab" * 32).status_code == 409


@pytest.mark.parametrize("digest", ["", "xyz", 5, None, "g" * 64, "a" * 63])
def test_what_is_no_digest_is_refused(holder: Client, invitation: Invitation, digest: object) -> None:
    where = create(holder, invitation=invitation.public_id)["Location"]
    assert tell(holder, where, digest).status_code == 422
    assert holder.post(f"{where}/digest", "{", content_type="application/json").status_code == 422


def test_stranger_and_other_site_tell_no_digest(client: Client, holder: Client, invitation: Invitation) -> None:
    where = create(holder, invitation=invitation.public_id)["Location"]
    assert tell(client, where, "ab" * 32).status_code == 404
    assert client.get(f"{where}/digest").status_code == 404
    answer = holder.post(
        f"{where}/digest",
        json.dumps({"sha256": "ab" * 32}),
        content_type="application/json",
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403


def test_receipt_is_read_by_link_and_by_registrants_for_ever(
    client: Client, holder: Client, invitation: Invitation
) -> None:
    item = factories.received_item(b"video", sent_through=invitation)
    where = reverse("evidence:receipt", args=[item.submission.public_id])
    assert client.get(where).status_code == 404
    shown = holder.get(where)
    assert shown.status_code == 200
    assert item.submission.code in shown.content.decode()
    Invitation.objects.filter(pk=invitation.pk).update(state=InvitationState.REVOKED)
    assert holder.get(where).status_code == 404
    registrant = Membership.objects.get(partner=invitation.partner).user
    client.force_login(registrant)
    assert client.get(where).status_code == 200
    client.force_login(UserFactory.create())
    assert client.get(where).status_code == 404
    registrant.is_staff = True
    registrant.save()
    assert sign_in(client, registrant).get(where).status_code == 404


def test_hostile_name_is_shown_harmlessly(holder: Client, invitation: Invitation) -> None:
    item = factories.received_item(
        b"video", sent_through=invitation, filename="<script>alert(1)</script>\u202e\x00{{ 7*7 }}.mp4"
    )
    shown = holder.get(reverse("evidence:receipt", args=[item.submission.public_id])).content.decode()
    assert "<script>alert" not in shown
    assert "\u202e" not in shown
    assert "{{ 7*7 }}.mp4" in shown or "{{ 7_7 }}.mp4" in shown


def test_only_the_upload_page_allows_webassembly(holder: Client, invitation: Invitation) -> None:
    page = holder.get(reverse("evidence:upload", args=[invitation.public_id]))
    assert "'wasm-unsafe-eval'" in page["Content-Security-Policy"]
    assert "'unsafe-eval'" not in page["Content-Security-Policy"].replace("'wasm-unsafe-eval'", "")
    assert "wasm" not in holder.get("/")["Content-Security-Policy"]


def answer(client: Client, invitation: Invitation, word: str) -> HttpResponse:
    return client.post(reverse("footage_requests:invitation", args=[invitation.public_id]), {"all": word})


@pytest.mark.parametrize("word", ["declined", "none"])
def test_after_video_has_arrived_an_answer_does_not_take_it_back(
    holder: Client, invitation: Invitation, word: str
) -> None:
    item = factories.received_item(b"video", sent_through=invitation)
    receipt = reverse("evidence:receipt", args=[item.submission.public_id])
    page = holder.get(reverse("footage_requests:invitation", args=[invitation.public_id])).content.decode()
    assert receipt in page
    assert f'value="{word}"' not in page
    refused = answer(holder, invitation, word)
    assert refused.status_code == 409
    assert "It stays with the agency" in refused.content.decode()
    assert receipt in refused.content.decode()
    assert Match.objects.get(invitation=invitation).answer == ""
    assert answer(holder, invitation, "has_footage").status_code == 303
    thanks = holder.get(reverse("footage_requests:thanks", args=[invitation.public_id])).content.decode()
    assert receipt in thanks


def test_after_declining_no_new_file_is_taken_until_the_answer_changes(holder: Client, invitation: Invitation) -> None:
    answer(holder, invitation, "declined")
    refused = create(holder, invitation=invitation.public_id, filename="a.mp4")
    assert refused.status_code == 409
    page = holder.get(reverse("evidence:upload", args=[invitation.public_id])).content.decode()
    assert "You answered that you send no video" in page
    answer(holder, invitation, "has_footage")
    assert create(holder, invitation=invitation.public_id, filename="a.mp4").status_code == 201


@pytest.mark.parametrize("word", ["declined", "none"])
def test_declining_stops_a_file_on_its_way_until_the_answer_changes(
    holder: Client, invitation: Invitation, word: str
) -> None:
    where = create(holder, length=10, invitation=invitation.public_id)["Location"]
    assert send(holder, where, b"video").status_code == 204
    assert answer(holder, invitation, word).status_code == 303
    refused = send(holder, where, b"video", 5)
    assert (refused.status_code, refused.json()["code"]) == (403, "answered")
    assert not EvidenceItem.objects.exists()
    answer(holder, invitation, "has_footage")
    assert send(holder, where, b"video", 5).status_code == 204
    assert EvidenceItem.objects.get().size == 10


def test_a_file_whose_last_byte_comes_after_a_no_is_not_given(
    holder: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = create(holder, invitation=invitation.public_id)["Location"]
    seal = staging.seal_against_writers

    def decline_meanwhile(upload: Upload) -> None:
        seal(upload)
        answer(holder, invitation, "declined")

    monkeypatch.setattr(staging, "seal_against_writers", decline_meanwhile)
    refused = send(holder, where, b"video")
    assert (refused.status_code, refused.json()["code"]) == (403, "answered")
    assert not EvidenceItem.objects.exists()
    assert (Upload.objects.get().state, Match.objects.get(invitation=invitation).answer) == ("abandoned", "declined")
    assert Entry.objects.filter(action="upload.abandoned").count() == 1


def test_a_file_of_a_camera_without_footage_is_refused_and_one_of_another_is_taken(
    holder: Client, invitation: Invitation
) -> None:
    first = Match.objects.get(invitation=invitation)
    second = factories.another_match(invitation)
    page = reverse("footage_requests:invitation", args=[invitation.public_id])
    answers = {f"answer-{first.public_id}": "none", f"answer-{second.public_id}": "has_footage"}
    assert holder.post(page, answers).status_code == 303
    assert create(holder, invitation=invitation.public_id, match=first.public_id).status_code == 409
    assert create(holder, invitation=invitation.public_id, match=second.public_id).status_code == 201
