"""`/media/<token>`: bounded pieces, each authorized, labeled so that nothing runs and nothing is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.access.models import Purpose
from apps.accounts.models import User
from apps.agencies.models import Role, RoleGrant
from apps.evidence import media_views, ranges
from apps.evidence.media_tokens import ORIGINAL, make_token
from apps.evidence.models import EvidenceItem
from apps.evidence.services import footage_access, working
from apps.evidence.states import ItemState
from apps.evidence.storage import derivative_key, store
from apps.ledger import selectors as ledger
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


class Looker:
    """A detective who opened an item's page."""

    def __init__(self, item: EvidenceItem, role: str = Role.DETECTIVE) -> None:
        self.item = item
        self.user: User = staff(role, item.agency)
        self.client = sign_in(Client(), self.user)
        self.purpose: Purpose = purpose_for_case(self.user, item)
        self.look = footage_access.open_footage(
            user=self.user,
            item=item,
            purpose=self.purpose,
            session_key=self.client.session.session_key,
        )
        self.token = make_token(self.look.for_thing("working_copy"))

    def get(self, token: str = "", **headers: str) -> HttpResponse:
        return self.client.get(f"/media/{token or self.token}", headers=headers)  # type: ignore[return-value]


@pytest.fixture
def looker() -> Looker:
    return Looker(playable_item())


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def working_copy(item: EvidenceItem) -> bytes:
    made = item.derivatives.get(kind="working_copy")
    return b"".join(store().open_range(derivative_key(made.digest), 0, made.size))


def test_a_range_gives_its_bytes_and_nothing_more(looker: Looker) -> None:
    whole = working_copy(looker.item)
    response = looker.get(Range="bytes=100-299")
    assert response.status_code == 206
    assert body(response) == whole[100:300]
    assert response["Content-Range"] == f"bytes 100-299/{len(whole)}"
    assert response["Content-Length"] == "200"
    assert response["Accept-Ranges"] == "bytes"


def test_an_open_range_is_answered_with_a_bounded_piece(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "PIECE_MAX", 1000)
    response = looker.get(Range="bytes=0-")
    assert response.status_code == 206
    assert len(body(response)) == 1000
    assert response["Content-Range"].startswith("bytes 0-999/")


def test_without_a_range_the_whole_is_sent(looker: Looker) -> None:
    response = looker.get()
    assert response.status_code == 200
    assert body(response) == working_copy(looker.item)


def test_head_tells_the_size_and_sends_nothing(looker: Looker) -> None:
    response = looker.client.head(f"/media/{looker.token}")
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(working_copy(looker.item)))
    assert response.content == b""


def test_a_range_outside_is_416_with_the_size(looker: Looker) -> None:
    size = len(working_copy(looker.item))
    response = looker.get(Range=f"bytes={size}-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{size}"


def test_if_range_of_other_bytes_gets_the_whole(looker: Looker) -> None:
    etag = looker.get(Range="bytes=0-1")["ETag"]
    assert looker.get(**{"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert looker.get(**{"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


@pytest.mark.parametrize("thing", ["working_copy", "poster", "times", ORIGINAL])
def test_every_answer_is_labeled_sandboxed_and_not_kept(looker: Looker, thing: str) -> None:
    response = looker.get(make_token(looker.look.for_thing(thing)))
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "no-store"
    kinds = {
        "working_copy": "video/mp4",
        "poster": "image/jpeg",
        "times": "application/gzip",
        ORIGINAL: "application/octet-stream",
    }
    assert response["Content-Type"] == kinds[thing]
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment" if thing == ORIGINAL else "inline")


def test_another_session_of_the_same_person_is_refused(looker: Looker) -> None:
    elsewhere = sign_in(Client(), looker.user)
    assert elsewhere.get(f"/media/{looker.token}").status_code == 404


def test_another_person_and_nobody_are_refused(looker: Looker) -> None:
    colleague = sign_in(Client(), staff(agency=looker.item.agency))
    assert colleague.get(f"/media/{looker.token}").status_code == 404
    assert Client().get(f"/media/{looker.token}").status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b:c", "..", "%00", "a" * 500])
def test_a_token_that_we_never_signed_is_refused(looker: Looker, token: str) -> None:
    assert looker.get(token).status_code == 404
    assert looker.get(looker.token[:-2] + "zz").status_code == 404


def test_after_ten_minutes_the_access_has_ended(looker: Looker) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=601), tick=False):
        assert looker.get().status_code == 410


@pytest.mark.parametrize("lost", ["role", "purpose", "account", "quarantine"])
def test_each_range_asks_again_whether_the_access_is_still_permitted(looker: Looker, lost: str) -> None:
    assert looker.get(Range="bytes=0-1").status_code == 206
    if lost == "role":
        RoleGrant.objects.filter(user=looker.user).update(ended_at=timezone.now())
    elif lost == "purpose":
        Purpose.objects.filter(pk=looker.purpose.pk).update(ends_at=timezone.now())
    elif lost == "account":
        User.objects.filter(pk=looker.user.pk).update(is_active=False)
    else:
        EvidenceItem.objects.filter(pk=looker.item.pk).update(state=ItemState.QUARANTINED)
    assert looker.get(Range="bytes=0-1").status_code == 404


def test_a_long_body_breaks_off_when_the_person_signs_out(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.evidence.folder_store.PIECE", 1000)
    monkeypatch.setattr(media_views, "ASK_AGAIN_EVERY", 2000)
    response = looker.get()
    pieces = iter(response.streaming_content)  # type: ignore[attr-defined]
    next(pieces)
    looker.client.logout()
    with pytest.raises(Exception, match="nothing here"):
        list(pieces)


def test_no_connection_is_held_while_bytes_are_sent(looker: Looker) -> None:
    response = looker.get()
    pieces = iter(response.streaming_content)  # type: ignore[attr-defined]
    next(pieces)
    assert connection.connection is None
    list(pieces)


def test_one_access_is_one_entry_however_many_ranges_follow(looker: Looker) -> None:
    for start in range(5):
        looker.get(Range=f"bytes={start}-")
    views = [e for e in ledger.entries_for(working.subject_of(looker.item)) if e.action == "evidence_item.viewed"]
    assert len(views) == 1
    assert views[0].facts["purpose"] == str(looker.purpose.public_id)


def test_an_access_is_renewed_without_another_entry_and_only_by_its_own_session(looker: Looker) -> None:
    later = timezone.now() + timedelta(seconds=480)
    with time_machine.travel(later, tick=False):
        fresh = looker.client.post("/media/renew/", {"token": looker.token}).json()["token"]
        assert sign_in(Client(), looker.user).post("/media/renew/", {"token": looker.token}).status_code == 404
    with time_machine.travel(later + timedelta(seconds=300), tick=False):
        assert looker.get().status_code == 410
        assert looker.get(fresh).status_code == 200
        assert looker.client.post("/media/renew/", {"token": looker.token}).status_code == 410
    views = [e for e in ledger.entries_for(working.subject_of(looker.item)) if e.action == "evidence_item.viewed"]
    assert len(views) == 1


def test_renewing_demands_the_forms_key(looker: Looker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = looker.client.cookies
    assert strict.post("/media/renew/", {"token": looker.token}).status_code == 403


def test_the_original_is_not_for_analysts() -> None:
    analyst = Looker(playable_item(), Role.ANALYST)
    assert analyst.get().status_code == 200
    assert analyst.get(make_token(analyst.look.for_thing(ORIGINAL))).status_code == 404


def test_a_store_that_is_away_says_so(looker: Looker, own_folders: object) -> None:
    (own_folders / "evidence").rename(own_folders / "unplugged")  # type: ignore[operator]
    assert looker.get().status_code == 503


def test_other_methods_are_refused(looker: Looker) -> None:
    assert looker.client.post(f"/media/{looker.token}").status_code == 405
    assert looker.client.delete(f"/media/{looker.token}").status_code == 405
