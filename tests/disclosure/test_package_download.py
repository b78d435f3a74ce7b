"""`/media/packages/<token>`: the whole package or any part of it, while all that permitted it holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.access.models import Purpose
from apps.agencies.models import Role, RoleGrant
from apps.disclosure import package_view
from apps.disclosure.export_selectors import purpose_for
from apps.disclosure.models import Export
from apps.disclosure.services.export_deciding import cancel_export
from apps.disclosure.services.export_taking import open_package
from apps.evidence.models import EvidenceItem
from tests.factories.exports import built, bytes_of, export_of, plain_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


class Taker:
    """Who asked for a package and downloads it."""

    def __init__(self, export: Export) -> None:
        self.export, self.user = export, export.requested_by
        self.client = sign_in(Client(), self.user)
        purpose = purpose_for(self.user, export.case)
        assert purpose is not None
        self.purpose: Purpose = purpose
        key = self.client.session.session_key
        self.token = open_package(user=self.user, export=export, purpose=purpose, session_key=key).token()

    def get(self, client: Client | None = None, **headers: str) -> HttpResponse:
        return (client or self.client).get(f"/media/packages/{self.token}", headers=headers)  # type: ignore[return-value]


@pytest.fixture
def taker() -> Taker:
    return Taker(built(export_of(plain_item())))


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def test_the_whole_is_sent_as_a_file_to_save(taker):
    response = taker.get()
    assert body(response) == bytes_of(taker.export)
    assert response["Content-Length"] == str(taker.export.size)
    assert response["Content-Disposition"] == f'attachment; filename="package-{taker.export.code}.zip"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")
    assert taker.client.head(f"/media/packages/{taker.token}")["Content-Length"] == str(taker.export.size)


@pytest.mark.parametrize("start", [0, 1, 17, 5000, 30_050])
def test_a_download_goes_on_from_any_byte(taker, start):
    response = taker.get(range=f"bytes={start}-")
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{taker.export.size - 1}/{taker.export.size}"
    assert body(response) == bytes_of(taker.export)[start:]


def test_a_part_outside_is_refused_and_another_package_is_sent_whole(taker):
    assert taker.get(range=f"bytes={taker.export.size}-").status_code == 416
    assert taker.get(range="bytes=5-", **{"if-range": '"other"'}).status_code == 200


@pytest.mark.parametrize("loss", ["role", "purpose", "cancelled", "quarantine", "expired"])
def test_what_permitted_it_is_asked_again_while_it_is_sent(taker, loss, monkeypatch):
    monkeypatch.setattr(package_view, "ASK_AGAIN_EVERY", 1)
    pieces = iter(taker.get().streaming_content)
    next(pieces)
    past = timezone.now() - timedelta(seconds=1)
    if loss == "role":
        RoleGrant.objects.filter(user=taker.user).update(ended_at=past)
    elif loss == "purpose":
        Purpose.objects.filter(pk=taker.purpose.pk).update(ends_at=past)
    elif loss == "cancelled":
        cancel_export(export=taker.export, user=taker.user)
    elif loss == "expired":
        Export.objects.filter(pk=taker.export.pk).update(expires_at=past)
    else:
        EvidenceItem.objects.filter(pk__in=taker.export.items.values("item")).update(state="quarantined")
    with pytest.raises(Exception, match="nothing here"):
        list(pieces)
    assert taker.get().status_code == 404


def test_signing_out_breaks_it_off(taker, monkeypatch):
    monkeypatch.setattr(package_view, "ASK_AGAIN_EVERY", 1)
    pieces = iter(taker.get().streaming_content)
    next(pieces)
    taker.client.session.flush()
    with pytest.raises(Exception, match="nothing here"):
        list(pieces)


def test_a_token_is_for_one_person_one_session_and_some_hours(taker, settings):
    colleague = sign_in(Client(), staff(Role.RECORDS_CUSTODIAN, taker.export.agency))
    assert taker.get(colleague).status_code == 404
    assert taker.get(sign_in(Client(), taker.user)).status_code == 404
    assert taker.get(Client()).status_code in (302, 404)
    assert taker.client.get("/media/packages/forged").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=settings.PURPOSE_HOURS, seconds=5)):
        assert taker.get().status_code in (302, 404, 410)


def test_no_connection_is_held_while_bytes_are_sent(taker):
    pieces = iter(taker.get().streaming_content)
    next(pieces)
    assert connection.connection is None


def test_a_store_that_is_away_says_so_before_anything_is_sent(taker, settings):
    settings.EVIDENCE_URL = "file:///nowhere"
    assert taker.get().status_code == 503
