"""Pieces that an owner's program proposes: propose, say yes or no, and take what was agreed to.

A piece has no lock of its own: every act on it holds its invitation's row. A key proposes and sends; it never decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ApiKey, User
from apps.agencies.policies import Person
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.evidence.models import Piece
from apps.evidence.states import PIECE_TRANSITIONS, PieceState
from apps.footage_requests.access import accepts_answers, answered_without_footage
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import (
    can_view_invitation,
    matches_of_reader,
    readable_matches,
    viewable_invitations,
)
from apps.footage_requests.services.guard import locked_invitation
from apps.footage_requests.states import MAY_GIVE, MatchState, RequestState
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.partners.models import Partner
from apps.uploads.errors import Unwanted
from apps.uploads.models import Upload

MOST_PIECES = 20
NOTE_MAX = 500
CLIENT_ID_MAX = 64
# Recorders cut where they like: a piece may begin so much before the time asked, and end so much after it.
MARGIN = timedelta(minutes=10)
LONGEST_OFFSET_S = 10 * 366 * 24 * 3600
LARGEST = 2**50


@dataclass(frozen=True, slots=True)
class Found:
    """What a program found: its own id for it, from when to when (aware), about how many bytes, and what it says."""

    client_id: str
    begins: datetime
    ends: datetime
    size: int | None = None
    note: str = ""
    clock_offset_s: int | None = None


def open_matches_of(user: User) -> list[Match]:
    """The cameras about which this person is asked now and has not said that there is nothing, by request.

    What the pages show as open, and for a member of some sites those sites alone.
    """
    asked = viewable_invitations(user).filter(request__state=RequestState.OPEN)
    asked = asked.filter(Q(request__closes_at__isnull=True) | Q(request__closes_at__gt=timezone.now()))
    rows = readable_matches(user).filter(invitation__in=asked.order_by("-pk")[:200], answer__in=MAY_GIVE)
    rows = rows.select_related("invitation__request", "camera").order_by("-invitation", "pk")
    return [
        match for match in rows if accepts_answers(match.invitation) and not match.invitation.request.is_preservation
    ]


def viewable_pieces(user: User) -> QuerySet[Piece]:
    """The pieces of the cameras for which this person answers, the newest first."""
    rows = Piece.objects.filter(match__invitation__in=viewable_invitations(user), match__in=readable_matches(user))
    return rows.select_related("match__invitation__request", "match__camera", "upload").order_by("-pk")


def pieces_of(user: Person, invitation: Invitation) -> QuerySet[Piece]:
    """The invitation's pieces about which the person decides, in the order of their time."""
    rows = Piece.objects.filter(match__in=matches_of_reader(user, invitation))
    return rows.select_related("match__camera", "decided_by").order_by("match", "begins", "pk")


def propose_piece(*, match: Match, found: Found, key: ApiKey, user: User, actor: Actor) -> tuple[Piece, bool]:
    """Keep what the program found until a person decides; says whether it is new. The same `client_id` finds the first.

    Raises NotFound for a camera that is not the caller's to answer for, WrongState once the request is over or answered
    with no, InvalidInput for a time that was not asked, TooMany beyond MOST_PIECES of a camera.
    """
    client_id = text.line(found.client_id, field="client_id", most=CLIENT_ID_MAX)
    note = text.paragraphs(found.note, field="note", most=NOTE_MAX, required=False)
    with transaction.atomic():
        invitation = locked_invitation(match.invitation)
        _check_answers_for(user, invitation, match)
        earlier = Piece.objects.filter(match=match, client_id=client_id).first()
        if earlier is not None:
            return earlier, False
        _check_wanted(invitation, match)
        _check_facts(found, invitation)
        if Piece.objects.filter(match=match).count() >= MOST_PIECES:
            raise TooMany(_("So many pieces are proposed for this camera already."), code="pieces")
        piece = Piece.objects.create(
            match=match,
            program_key=key.public_id,
            program=key.name,
            client_id=client_id,
            begins=found.begins,
            ends=found.ends,
            size=found.size,
            note=note,
            clock_offset_s=found.clock_offset_s,
        )
        ledger.record(
            "piece.proposed",
            Subject.of("piece", piece.public_id),
            actor,
            match=str(match.public_id),
            program=str(key.public_id),
            begins=found.begins.isoformat(),
            ends=found.ends.isoformat(),
            size=found.size or 0,
            private={"note": note},
        )
        return piece, True


def decide_piece(*, piece: Piece, agreed: bool, user: User, actor: Actor) -> Piece:
    """A person who answers for the partner says yes or no, or takes the yes back. Again, it changes nothing.

    Raises NotFound for anybody else, WrongState once it was sent, and for a yes after the request has ended.
    """
    with transaction.atomic():
        invitation = locked_invitation(piece.match.invitation)
        piece = Piece.objects.select_related("match").get(pk=piece.pk)
        _check_answers_for(user, invitation, piece.match)
        state = PieceState.AGREED if agreed else PieceState.REFUSED
        if piece.state == state:
            return piece
        if piece.state == PieceState.SENT:
            raise WrongState(_("This piece was sent already."), code="sent")
        if agreed:
            _check_wanted(invitation, piece.match)
        PIECE_TRANSITIONS.check(piece.state, state)
        piece.state, piece.decided_by, piece.decided_at = state, user, timezone.now()
        piece.save(update_fields=["state", "decided_by", "decided_at"])
        ledger.record(
            f"piece.{state.value}", Subject.of("piece", piece.public_id), actor, match=str(piece.match.public_id)
        )
        return piece


def check_may_send(*, piece: Piece, user: User) -> Piece:
    """The piece as it is now, if its program may send it. Raises NotFound, NotAllowed without a yes, WrongState."""
    with transaction.atomic():
        invitation = locked_invitation(piece.match.invitation)
        piece = Piece.objects.select_related("match__invitation__partner", "upload").get(pk=piece.pk)
        _check_answers_for(user, invitation, piece.match)
        if piece.state == PieceState.SENT:
            raise WrongState(_("This piece was sent already."), code="sent")
        _check_wanted(invitation, piece.match)
        check_agreed(piece)
        return piece


def check_agreed(piece: Piece) -> None:
    """Raise NotAllowed unless a person has said yes to this piece, and has not taken it back."""
    if piece.state not in (PieceState.AGREED, PieceState.SENT):
        raise NotAllowed(_("Nobody has said yes to this piece. It is not sent."), code="not_agreed")


def begin_sending(*, piece: Piece, upload: Upload) -> None:
    """From now on this upload is the piece's; an earlier one that was lost is given up with time.

    Raises NotAllowed if the yes was taken back meanwhile.
    """
    with transaction.atomic():
        locked_invitation(piece.match.invitation)
        fresh = Piece.objects.get(pk=piece.pk)
        check_agreed(fresh)
        fresh.upload = upload
        fresh.save(update_fields=["upload"])


def piece_of(upload: Upload) -> Piece:
    """The piece that this upload brings. Raises NotFound for an upload that is not the program's."""
    piece = Piece.objects.select_related("match__invitation").filter(upload=upload).first()
    if piece is None:
        raise NotFound(_("There is no such upload."))
    return piece


def take_piece(upload: Upload) -> dict[str, Any]:
    """The piece has come: what the entry about the file says of it. The caller holds the invitation's row.

    Raises Unwanted if the yes was taken back before the last byte, or if another upload took this one's place.
    """
    piece = Piece.objects.select_related("decided_by").filter(upload=upload).first()
    if piece is None or piece.state != PieceState.AGREED or piece.decided_by is None or piece.decided_at is None:
        raise Unwanted(_("Nobody has said yes to this piece. It is not sent."), code="not_agreed")
    piece.state = PieceState.SENT
    piece.save(update_fields=["state"])
    return {
        "piece": str(piece.public_id),
        "program": str(piece.program_key),
        "agreed_by": str(piece.decided_by.public_id),
        "agreed_at": piece.decided_at.isoformat(),
    }


def erase_pieces(*, partner: Partner, actor: Actor) -> int:
    """Blank what programs of a partner that is erased wrote beside its pieces; returns how many notes."""
    with transaction.atomic():
        rows = Piece.objects.filter(match__invitation__partner=partner)
        ids = [str(one) for one in rows.values_list("public_id", flat=True)]
        entries = Entry.objects.filter(subject_kind="piece", subject_id__in=ids)
        ledger.erase_private_parts(entries=entries, reason="account_erased", actor=actor)
        rows.update(program="")
        return rows.exclude(note="").update(note="")


def _check_answers_for(user: User, invitation: Invitation, match: Match) -> None:
    mine = matches_of_reader(user, invitation).filter(pk=match.pk)
    if not can_view_invitation(user, invitation) or not mine.exists():
        raise NotFound(_("There is no such camera among those that you are asked about."))


def _check_wanted(invitation: Invitation, match: Match) -> None:
    if not accepts_answers(invitation) or match.state == MatchState.TAKEN_OUT or invitation.request.is_preservation:
        raise WrongState(_("This request has ended. It takes no new files."), code="ended")
    if answered_without_footage(invitation.public_id, str(match.public_id)):
        raise WrongState(_("You answered that you send no video. Change your answer first."), code="answered")


def _check_facts(found: Found, invitation: Invitation) -> None:
    if found.begins >= found.ends:
        raise InvalidInput.about("ends", _("A piece ends after it begins."))
    fits = any(
        found.begins >= start - MARGIN and found.ends <= end + MARGIN and found.begins < end and found.ends > start
        for start, end in invitation.request.windows
    )
    if not fits:
        raise InvalidInput.about("begins", _("This is not the time that was asked, or much more than it."))
    if found.size is not None and not 0 < found.size <= LARGEST:
        raise InvalidInput.about("size", _("Give the size in bytes, or leave it out."))
    if found.clock_offset_s is not None and abs(found.clock_offset_s) > LONGEST_OFFSET_S:
        raise InvalidInput.about("clock_offset_s", _("Give the clock's offset in seconds, or leave it out."))
