"""A registrant's program sends files with the key that it uses for the API."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.accounts.api_keys import digest_of_key, revoke_keys_of
from apps.accounts.models import ApiKey, KeyScope, User
from apps.evidence.models import EvidenceItem
from apps.footage_requests.models import Invitation
from apps.ledger.models import Entry
from apps.partners.models import Membership
from apps.uploads.models import Upload
from tests.evidence.test_intake_access import create, send, tell
from tests.factories import evidence as factories
from tests.factories.actors import actor_for
from tests.factories.api_clients import by_token
from tests.factories.people import UserFactory, registrant, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def invitation() -> Invitation:
    return factories.invitation()


@pytest.fixture
def owner(invitation: Invitation) -> User:
    return Membership.objects.select_related("user").get(partner=invitation.partner).user


def test_a_program_with_a_key_sends_a_file_and_follows_it(invitation: Invitation, owner: User) -> None:
    program = by_token(owner)
    where = create(program, invitation=invitation.public_id, filename="gate.mp4")["Location"]
    assert send(program, where, b"video").status_code == 204
    assert tell(program, where, hashlib.sha256(b"video").hexdigest()).status_code == 200
    told = program.get(f"{where}/digest").json()
    assert (told["state"], told["sender_digest"]) == ("received", EvidenceItem.objects.get().client_digest)
    entry = Entry.objects.get(action="evidence_item.received")
    assert (entry.actor_kind, entry.actor_id) == ("user", str(owner.public_id))


def test_the_key_of_somebody_else_finds_nothing(invitation: Invitation, owner: User) -> None:
    where = create(by_token(owner), invitation=invitation.public_id)["Location"]
    stranger = by_token(registrant()[0])
    assert create(stranger, invitation=invitation.public_id).status_code == 404
    assert send(stranger, where, b"video").status_code == 404
    assert stranger.get(f"{where}/digest").status_code == 404
    assert Upload.objects.get().offset == 0


@pytest.mark.parametrize("words", ["Token ccp_nonsense", "Token", "Token two keys", "Token \xff"])
def test_what_is_no_key_is_refused_as_a_problem_before_anything_else(invitation: Invitation, words: str) -> None:
    answer = create(Client(headers={"authorization": words}), invitation=invitation.public_id)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "key"
    assert not Upload.objects.exists()


def test_a_key_that_may_only_see_sends_nothing(invitation: Invitation, owner: User) -> None:
    where = create(by_token(owner), invitation=invitation.public_id)["Location"]
    reader = by_token(owner, scope=KeyScope.READ)
    refusals = [
        create(reader, invitation=invitation.public_id),
        send(reader, where, b"video"),
        tell(reader, where, "ab" * 32),
        reader.delete(where, headers={"Tus-Resumable": "1.0.0"}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in refusals] == [(403, "scope")] * 4
    assert (Upload.objects.get().offset, Upload.objects.get().state) == (0, "receiving")
    assert reader.head(where, headers={"Tus-Resumable": "1.0.0"}).status_code == 200
    assert reader.get(f"{where}/digest").status_code == 200


def test_a_revoked_key_goes_on_with_nothing(invitation: Invitation, owner: User) -> None:
    program = by_token(owner)
    where = create(program, invitation=invitation.public_id)["Location"]
    revoke_keys_of(user=owner, actor=actor_for(owner))
    assert send(program, where, b"video").status_code == 401
    assert program.get(f"{where}/digest").status_code == 401
    assert Upload.objects.get().offset == 0


def test_keys_of_staff_and_of_closed_accounts_open_nothing(invitation: Invitation) -> None:
    for user in (staff(), UserFactory.create(is_active=False)):
        digest = digest_of_key(f"ccp_{user.pk}")
        ApiKey.objects.create(
            holder_kind="person", holder_id=user.public_id, made_by=user, name="x", scope="full", digest=digest
        )
        program = Client(headers={"authorization": f"Token ccp_{user.pk}"})
        assert create(program, invitation=invitation.public_id).status_code == 401
