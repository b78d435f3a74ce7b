"""begin_handover, sign_handover, end_handover, receive_handed_over: an officer takes an export at the scene."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.core.once import create_once
from apps.evidence import policies
from apps.evidence.handover_access import officer_of
from apps.evidence.handover_consent import VERSION, consent_digest
from apps.evidence.handover_mails import mail_receipt
from apps.evidence.handover_signature import Signature
from apps.evidence.link_kinds import HANDOVER
from apps.evidence.models import EvidenceItem, Handover, Submission, WitnessContact
from apps.evidence.services.intake import make_item, new_code, submission_of
from apps.evidence.states import HANDOVER_TRANSITIONS, HandoverState, Medium
from apps.footage_requests.access import accepts_answers
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.services import answer_matches
from apps.footage_requests.services.answering import AnswerGiven
from apps.footage_requests.states import Answer
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import issue_link
from apps.uploads.models import Upload
from apps.uploads.room import Sender

SCOPE_KIND = "handover"
WHAT_MAX, NAME_MAX, CONTACT_MAX = 300, 120, 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who takes no part in the program: the name, and how a court can reach them."""

    name: str
    email: str = ""
    phone: str = ""

    def checked(self) -> Giver:
        """Trimmed and enough. Raises InvalidInput that names the field."""
        name = text.line(self.name, field="giver", most=NAME_MAX)
        email = text.line(self.email, field="email", most=CONTACT_MAX, required=False)
        phone = text.line(self.phone, field="phone", most=40, required=False)
        if email and not _EMAIL.fullmatch(email):
            raise _wrong("email", _("Enter an e-mail address."))
        if not email and not phone:
            raise _wrong("phone", _("Enter a phone number or an e-mail address: a court may have to ask."))
        return Giver(name, email, phone)


def sender_of(handover: Handover, *, address: str = "") -> Sender:
    """Who uploads, for the shares of the room."""
    return Sender(f"{SCOPE_KIND}:{handover.public_id}", holder=str(handover.public_id), source=address)


def begin_handover(
    *,
    case: Case,
    user: User,
    what: str,
    medium: str,
    window: tuple[datetime, datetime],
    language: str,
    match: Match | None = None,
    giver: Giver | None = None,
    request_key: UUID | None = None,
) -> Handover:
    """Note who gives what at the scene: the owner of a camera that a request asked about, or somebody with a contact.

    A repeat of the key returns the first. Raises NotAllowed for who does not work on the case, InvalidInput, NotFound
    for a camera of another case.
    """
    what = text.line(what, field="what", most=WHAT_MAX)
    if medium not in Medium.values:
        raise _wrong("medium", _("Choose what the recording is on."))
    if window[0] >= window[1]:
        raise _wrong("window_end", _("The end has to be after the beginning."))
    if (match is None) == (giver is None):
        raise _wrong("giver", _("Enter who gives it."))
    giver = giver.checked() if giver else None
    with transaction.atomic():
        if not policies.can_take_at_scene(user, case):
            raise NotAllowed(_("Only a detective or supervisor who works on this case takes video for it."))
        if match is not None and match.request.case_id != case.pk:
            raise NotFound(_("This camera does not belong to the case."))
        handover, created = create_once(
            Handover,
            request_key=request_key,
            agency=case.agency,
            case=case,
            taken_by=user,
            match=match,
            what=what,
            medium=medium,
            window_start=window[0],
            window_end=window[1],
            language=language,
        )
        if not created:
            if handover.taken_by_id != user.pk:
                raise NotFound(_("There is no such hand-over among yours."))
            return handover
        if giver is not None:
            people = [{"name": giver.name, "email": giver.email, "phone": giver.phone}]
            WitnessContact.objects.create(
                handover=handover,
                contact=json.dumps({"partner": giver.name, "people": people}),
                keep_until=_keep_until(),
            )
        issue_link(kind=HANDOVER, subject=handover.public_id, expires_at=_keep_until())
        ledger.record(
            "handover.begun",
            _as_subject(handover),
            acting_as(user, case.agency, *policies.TRIAGERS).actor,
            case=str(case.public_id),
            giver="registered" if match else "unregistered",
            partner=str(match.invitation.partner.public_id) if match else None,
            match=str(match.public_id) if match else None,
            medium=handover.medium,
            private={"what": what, "giver": giver.name if giver else ""},
        )
    return handover


def sign_handover(*, handover: Handover, signature: Signature, user: User) -> Handover:
    """The giver agrees; from now on files are taken. Signing again changes nothing.

    For a registered owner it is also the answer to the request: there is footage. Raises NotAllowed for anybody but the
    officer who began it, WrongState once it has ended.
    """
    with transaction.atomic():
        mine = _locked(handover, user)
        if mine.state == HandoverState.SIGNED:
            return mine
        HANDOVER_TRANSITIONS.check(mine.state, HandoverState.SIGNED)
        mine.state, mine.signed_at, mine.signature = HandoverState.SIGNED, timezone.now(), signature.to_json()
        mine.save(update_fields=["state", "signed_at", "signature"])
        actor = officer_of(user, mine)
        ledger.record(
            "handover.signed",
            _as_subject(mine),
            actor,
            way=signature.way,
            language=mine.language,
            consent=VERSION,
            consent_digest=consent_digest(mine),
            private={"name": signature.name},
        )
        match = mine.match
        if match is not None and accepts_answers(match.invitation):
            answer_matches(
                invitation=match.invitation,
                answers={match.public_id: AnswerGiven(Answer.HAS_FOOTAGE)},
                request_key=uuid5(mine.public_id, "answer"),
                actor=actor,
            )
    return mine


def end_handover(*, handover: Handover, user: User) -> Handover:
    """No further file is begun; what is under way may finish. Ending again changes nothing.

    Where nothing came, the contact of who would have given it is no longer kept. Raises NotAllowed as `sign_handover`.
    """
    with transaction.atomic():
        mine = _locked(handover, user)
        if mine.state == HandoverState.ENDED:
            return mine
        HANDOVER_TRANSITIONS.check(mine.state, HandoverState.ENDED)
        mine.state, mine.ended_at = HandoverState.ENDED, timezone.now()
        mine.save(update_fields=["state", "ended_at"])
        files = EvidenceItem.objects.filter(upload__scope=sender_of(mine).scope).count()
        under_way = Upload.objects.filter(scope=sender_of(mine).scope, received_at__isnull=True).exists()
        if not files and not under_way:
            WitnessContact.objects.filter(handover=mine).update(keep_until=timezone.now())
        ledger.record("handover.ended", _as_subject(mine), officer_of(user, mine), files=files)
    return mine


def receive_handed_over(upload: Upload) -> None:
    """Receiver of uploads of scope `handover:<public id>`; runs in the finishing transaction, twice makes one item.

    The first file makes the submission, keeps the giver's contact from now on, and mails the receipt.
    """
    mine = locked(Handover.objects).get(public_id=UUID(upload.scope.partition(":")[2]))
    match = mine.match
    invitation = locked(Invitation.objects).get(pk=match.invitation_id) if match else None
    if EvidenceItem.objects.filter(upload=upload).exists():
        return
    first = mine.submission is None
    if mine.submission is None:
        mine.submission = submission_of(invitation) if invitation else _new_submission(mine)
        mine.save(update_fields=["submission"])
    make_item(
        upload=upload,
        submission=mine.submission,
        match=match,
        actor=Actor(**upload.metadata["actor"]),
        handover=str(mine.public_id),
    )
    WitnessContact.objects.filter(handover=mine).update(keep_until=_keep_until())
    if first:
        mail_receipt(mine)


def _as_subject(handover: Handover) -> Subject:
    """As the ledger names it."""
    return Subject.of("handover", handover.public_id)


def _new_submission(handover: Handover) -> Submission:
    return Submission.objects.create(code=new_code(), partner=None, agency=handover.agency, case=handover.case)


def _locked(handover: Handover, user: User) -> Handover:
    mine = locked(Handover.objects).get(pk=handover.pk)
    if not policies.can_take_files(user, mine):
        raise NotAllowed(_("Only the officer who began this hand-over goes on with it."))
    return mine


def _keep_until() -> datetime:
    return timezone.now() + timedelta(days=settings.EVIDENCE_CONTACT_DAYS)


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput.about(name, sentence)


def metadata_of(actor: Actor) -> dict[str, Any]:
    """What an upload remembers until it is complete: which officer sends it, in which role."""
    return {"actor": {"kind": actor.kind, "public_id": actor.public_id, "role": actor.role, "agency": actor.agency}}
