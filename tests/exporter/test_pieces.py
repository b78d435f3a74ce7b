"""A recorder's key: it reads what is asked, proposes, sends what a person agreed to, and can do nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ApiKey, KeyScope, User
from apps.cameras.services import set_member_sites
from apps.core.errors import NotFound, WrongState
from apps.evidence.models import EvidenceItem, Piece
from apps.evidence.presentation import custody_of
from apps.evidence.services import pieces
from apps.evidence.states import PieceState
from apps.footage_requests.models import Response
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.ledger.models import Entry
from apps.partners.models import MemberRole, Partner
from apps.partners.services import remove_member
from apps.privacy.closing import close_account, erase_account
from apps.uploads.models import Upload
from tests.evidence.test_intake_access import create, send
from tests.factories.actors import actor_for
from tests.factories.api_clients import by_token
from tests.factories.api_clients import send as call
from tests.factories.footage_requests import Opened, camera_at, open_request
from tests.factories.people import AgencyFactory, member, registrant
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

ASKED, PIECES = "/api/v1/exporter/requests/", "/api/v1/exporter/pieces/"


@dataclass(frozen=True)
class House:
    """An owner who is asked about two cameras, and the program beside the recorder."""

    user: User
    partner: Partner
    opened: Opened
    program: Client

    def stated(self, **more: Any) -> dict[str, Any]:
        start, end = self.opened.request.windows[0]
        found = {"match": str(self.opened.match.public_id), "client_id": "a", "size": 5, "note": "Red car."}
        return found | {"begins": start.isoformat(), "ends": end.isoformat()} | more

    def proposed(self, **more: Any) -> Piece:
        answer = call(self.program, "post", PIECES, self.stated(**more))
        assert answer.status_code in (200, 201), answer.content
        return Piece.objects.select_related("match__invitation__request").get(public_id=answer.json()["id"])

    def agreed(self, **more: Any) -> Piece:
        piece = self.proposed(**more)
        return pieces.decide_piece(piece=piece, agreed=True, user=self.user, actor=actor_for(self.user))


@pytest.fixture(autouse=True)
def no_reserve(settings: Any) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


@pytest.fixture
def house() -> House:
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner, name="Door"), camera_at(partner, name="Yard"))
    return House(user, partner, opened, by_token(user, scope=KeyScope.EXPORTER))


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_it_reads_when_and_which_cameras_and_nothing_of_what_happened(house: House) -> None:
    answer = house.program.get(ASKED)
    [asked] = answer.json()
    assert asked["code"] == house.opened.request.code
    assert [datetime.fromisoformat(asked["windows"][0][name]) for name in ("start", "end")] == list(
        house.opened.request.windows[0]
    )
    assert [one["camera_name"] for one in asked["cameras"]] == ["Door", "Yard"]
    assert set(asked) == {"invitation", "code", "closes_at", "windows", "cameras"}
    for hidden in (house.opened.request.case.number, house.opened.request.reason, house.opened.request.agency.name):
        assert hidden not in answer.content.decode()


def test_what_is_closed_or_answered_with_no_is_not_asked(house: House) -> None:
    answer_matches(
        invitation=house.opened.invitation,
        answers={house.opened.match.public_id: AnswerGiven(Answer.NONE)},
        actor=actor_for(house.user),
    )
    [asked] = house.program.get(ASKED).json()
    assert [one["camera_name"] for one in asked["cameras"]] == ["Yard"]
    assert code(call(house.program, "post", PIECES, house.stated())) == (409, "answered")
    type(house.opened.request).objects.update(closes_at=timezone.now())
    assert house.program.get(ASKED).json() == []
    assert code(call(house.program, "post", PIECES, house.stated())) == (409, "ended")


def test_a_repeat_finds_the_first_piece(house: House) -> None:
    first, second = (call(house.program, "post", PIECES, house.stated()) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Piece.objects.count() == Entry.objects.filter(action="piece.proposed").count() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (timedelta(hours=2), -timedelta(hours=2)),
        (timedelta(minutes=11), timedelta()),
        (timedelta(), timedelta(hours=1)),
    ],
)
def test_a_time_that_was_not_asked_is_refused(house: House, before: timedelta, after: timedelta) -> None:
    start, end = house.opened.request.windows[0]
    stated = house.stated(begins=(start - before).isoformat(), ends=(end + after).isoformat())
    assert call(house.program, "post", PIECES, stated).status_code == 422
    stated = house.stated(begins=end.isoformat(), ends=start.isoformat())
    assert call(house.program, "post", PIECES, stated).status_code == 422
    assert not Piece.objects.exists()


@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": 2**60}, {"begins": "x"}, {"client_id": ""}, {"match": "x"}])
def test_what_has_no_shape_is_refused(house: House, wrong: dict[str, Any]) -> None:
    assert call(house.program, "post", PIECES, house.stated(**wrong)).status_code in (400, 422)


def test_twenty_pieces_of_a_camera_are_enough(house: House) -> None:
    for number in range(pieces.MOST_PIECES):
        house.proposed(client_id=str(number))
    assert call(house.program, "post", PIECES, house.stated(client_id="more")).status_code == 429


def test_the_key_of_somebody_else_finds_nothing(house: House) -> None:
    piece = house.agreed()
    stranger = by_token(registrant()[0], scope=KeyScope.EXPORTER)
    assert stranger.get(ASKED).json() == []
    assert call(stranger, "post", PIECES, house.stated()).status_code == 404
    assert stranger.get(f"{PIECES}{piece.public_id}/").status_code == 404
    assert create(stranger, piece=piece.public_id).status_code == 404


def test_who_answers_for_some_sites_reads_no_piece_of_the_others(house: House) -> None:
    match = house.opened.match
    mine = house.proposed()
    other = house.opened.invitation.matches.exclude(pk=match.pk).get()
    theirs = house.proposed(match=str(other.public_id))
    helper = member(house.partner, MemberRole.RESPONDER)
    set_member_sites(
        membership=house.partner.memberships.get(user=helper),
        sites=[match.camera.site.public_id],
        user=house.user,
        actor=actor_for(house.user),
    )
    program = by_token(helper, scope=KeyScope.EXPORTER)
    [asked] = program.get(ASKED).json()
    assert [one["match"] for one in asked["cameras"]] == [str(match.public_id)]
    assert [one["id"] for one in program.get(PIECES).json()["results"]] == [str(mine.public_id)]
    assert program.get(f"{PIECES}{theirs.public_id}/").status_code == 404


def test_a_recorders_key_opens_nothing_else(house: House) -> None:
    invitation = house.opened.invitation.public_id
    others = ("partners/", "sites/", "cameras/", "catalog/", "invitations/", f"invitations/{invitation}/")
    assert {house.program.get(f"/api/v1/{one}").status_code for one in others} == {403}
    answers = {"answers": [{"match": str(house.opened.match.public_id), "answer": "has_footage"}]}
    refused = call(house.program, "post", f"/api/v1/invitations/{invitation}/answers/", answers)
    assert refused.status_code == 403
    assert not Response.objects.exists()
    assert code(create(house.program, invitation=invitation)) == (403, "scope")
    by_owner = create(by_token(house.user), invitation=invitation)["Location"]
    assert send(house.program, by_owner, b"video").status_code == 404
    assert house.program.get(f"{by_owner}/digest").status_code == 404
    assert house.program.delete(by_owner, headers={"Tus-Resumable": "1.0.0"}).status_code == 404


@pytest.mark.parametrize("scope", [KeyScope.READ, KeyScope.FULL])
def test_other_keys_and_sessions_do_not_propose(house: House, scope: str) -> None:
    assert by_token(house.user, scope=scope).get(ASKED).status_code == 403
    assert call(by_token(house.user, scope=scope), "post", PIECES, house.stated()).status_code == 403
    assert sign_in(Client(), house.user).get(ASKED).status_code in (401, 403)


def test_without_a_yes_nothing_is_sent(house: House) -> None:
    piece = house.proposed()
    assert code(create(house.program, piece=piece.public_id)) == (403, "not_agreed")
    pieces.decide_piece(piece=piece, agreed=False, user=house.user, actor=actor_for(house.user))
    assert code(create(house.program, piece=piece.public_id)) == (403, "not_agreed")
    assert not Upload.objects.exists()


def test_the_key_never_says_yes(house: House) -> None:
    piece = house.proposed()
    where = reverse("footage_requests:piece", args=[house.opened.invitation.public_id, piece.public_id])
    assert house.program.post(where, {"decision": "yes"}).status_code in (302, 403)
    for verb in ("post", "put", "patch"):
        answer = call(house.program, verb, f"{PIECES}{piece.public_id}/", {"state": "agreed"})
        assert answer.status_code in (403, 405)
    assert (
        call(house.program, "post", PIECES, house.stated(client_id="b", state="agreed")).json()["state"] == "proposed"
    )
    assert not Piece.objects.exclude(state=PieceState.PROPOSED).exists()


def test_what_was_agreed_is_sent_once_as_the_owners_with_who_agreed(house: House) -> None:
    piece = house.agreed()
    where = create(house.program, piece=piece.public_id, filename="gate.mp4")["Location"]
    assert send(house.program, where, b"video").status_code == 204
    item = EvidenceItem.objects.select_related("submission", "match").get()
    assert (item.match, item.submission.invitation) == (house.opened.match, house.opened.invitation)
    facts = Entry.objects.get(action="evidence_item.received").facts
    piece.refresh_from_db()
    assert facts["piece"] == str(piece.public_id)
    assert facts["agreed_by"] == str(house.user.public_id)
    assert facts["agreed_at"] == piece.decided_at.isoformat()
    assert facts["program"] == str(ApiKey.objects.get(scope=KeyScope.EXPORTER).public_id)
    assert any("The owner's program sent it" in line.act for line in custody_of(item))
    assert piece.state == PieceState.SENT
    assert code(create(house.program, piece=piece.public_id)) == (409, "sent")
    with pytest.raises(WrongState):
        pieces.decide_piece(piece=piece, agreed=False, user=house.user, actor=actor_for(house.user))


def test_the_camera_is_the_pieces_whatever_was_declared(house: House) -> None:
    other = house.opened.matches[1]
    piece = house.agreed()
    where = create(house.program, piece=piece.public_id, match=other.public_id)["Location"]
    send(house.program, where, b"video")
    assert EvidenceItem.objects.get().match == house.opened.match


def test_a_yes_that_is_taken_back_stops_the_bytes(house: House) -> None:
    piece = house.agreed()
    where = create(house.program, piece=piece.public_id)["Location"]
    assert send(house.program, where, b"vid").status_code == 204
    assert house.program.get(f"{PIECES}{piece.public_id}/").json()["upload"] == where
    pieces.decide_piece(piece=piece, agreed=False, user=house.user, actor=actor_for(house.user))
    assert code(send(house.program, where, b"eo", offset=3)) == (403, "not_agreed")
    assert not EvidenceItem.objects.exists()
    pieces.decide_piece(piece=piece, agreed=True, user=house.user, actor=actor_for(house.user))
    assert send(house.program, where, b"eo", offset=3).status_code == 204
    assert EvidenceItem.objects.count() == 1


def test_after_the_request_has_closed_no_upload_begins_and_one_under_way_finishes(house: House) -> None:
    under_way, late = house.agreed(), house.agreed(client_id="b")
    where = create(house.program, piece=under_way.public_id)["Location"]
    type(house.opened.request).objects.update(closes_at=timezone.now())
    assert code(create(house.program, piece=late.public_id)) == (409, "ended")
    assert send(house.program, where, b"video").status_code == 204
    assert EvidenceItem.objects.count() == 1


def test_a_revoked_key_sends_nothing(house: House) -> None:
    piece = house.agreed()
    where = create(house.program, piece=piece.public_id)["Location"]
    ApiKey.objects.update(revoked_at=timezone.now())
    assert send(house.program, where, b"video").status_code == 401
    assert house.program.get(ASKED).status_code == 401


def test_who_no_longer_acts_for_the_partner_sends_nothing(house: House) -> None:
    helper = member(house.partner, MemberRole.RESPONDER)
    program = by_token(helper, scope=KeyScope.EXPORTER)
    piece = house.agreed()
    where = create(program, piece=piece.public_id)["Location"]
    membership = helper.pk and house.partner.memberships.get(user=helper)
    remove_member(membership=membership, user=house.user, actor=actor_for(house.user))
    assert send(program, where, b"video").status_code == 404
    assert program.get(ASKED).json() == []


def test_a_stranger_decides_nothing_and_learns_nothing(house: House) -> None:
    piece = house.proposed()
    where = reverse("footage_requests:piece", args=[house.opened.invitation.public_id, piece.public_id])
    stranger = registrant()[0]
    assert sign_in(Client(), stranger).post(where, {"decision": "yes"}).status_code == 404
    with pytest.raises(NotFound):
        pieces.decide_piece(piece=piece, agreed=True, user=stranger, actor=actor_for(stranger))
    piece.refresh_from_db()
    assert piece.state == PieceState.PROPOSED


def test_the_owner_says_yes_on_the_page_and_takes_it_back(house: House) -> None:
    piece = house.proposed()
    client = sign_in(Client(), house.user)
    page = reverse("footage_requests:invitation", args=[house.opened.invitation.public_id])
    shown = client.get(page).content.decode()
    assert "Your recorder found 1 piece" in shown
    assert "Red car." in shown
    where = reverse("footage_requests:piece", args=[house.opened.invitation.public_id, piece.public_id])
    assert where in shown
    for decision, state in (("yes", "agreed"), ("yes", "agreed"), ("no", "refused")):
        answer = client.post(where, {"decision": decision})
        assert answer.status_code == 303
        piece.refresh_from_db()
        assert piece.state == state
        assert piece.decided_by == house.user
    assert Entry.objects.filter(subject_kind="piece").count() == 3


def test_erasing_the_owner_blanks_what_the_program_wrote(house: House) -> None:
    piece = house.proposed()
    close_account(user=house.user, actor=actor_for(house.user))
    assert house.program.get(ASKED).status_code == 401
    User.objects.filter(pk=house.user.pk).update(erase_at=timezone.now())
    house.user.refresh_from_db()
    assert erase_account(user=house.user)
    piece.refresh_from_db()
    assert (piece.note, piece.program) == ("", "")
    assert Entry.objects.get(action="piece.proposed").private is None
