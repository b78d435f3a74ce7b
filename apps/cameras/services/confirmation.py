"""The yearly confirmation: ask, remind, lapse; and what an owner answers.

The database says what is due, each partner is a transaction of its own, and every step looks again at what it locked: a
sweep that was killed or runs twice goes on where it was.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.confirmation_letters import LAST_LETTER, letters_for
from apps.cameras.link_kinds import CONFIRMATION
from apps.cameras.models import Camera, Confirmation
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState, Change, ConfirmationOutcome
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.models import Link
from apps.links.services import issue_link, link_for_letter, renew_link
from apps.notifications.services import queue_messages
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.selectors import not_paused
from apps.partners.services import check_takes_part

# States in which a camera can be confirmed; the others wait for staff, for a correction, or for nothing more.
CONFIRMABLE = (CameraState.ACTIVE, CameraState.LAPSED)
# A second tap on the same day says nothing new and leaves no second entry.
AGAIN_AFTER = timedelta(hours=20)
# A partner that comes back from a pause is reminded before anything lapses.
GRACE_AFTER_PAUSE = timedelta(days=14)
SPREAD_DAYS = 28
LAPSE_BATCH = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: partners asked, partners reminded, cameras that lapsed."""

    asked: int = 0
    reminded: int = 0
    lapsed: int = 0


def sweep_confirmations(*, seconds: float = 200) -> Swept:
    """Ask who is due, remind who did not answer, let lapse what nobody confirmed; stops after about `seconds`."""
    until = time.monotonic() + seconds
    actor = Actor.system("worker")
    asked = reminded = lapsed = 0
    for partner in due_partners()[: _letters_left_today()]:
        if time.monotonic() > until:
            break
        asked += ask_for_confirmation(partner=partner, actor=actor) is not None
    for confirmation in _due_steps():
        while time.monotonic() <= until:
            if confirmation.letters < LAST_LETTER:
                reminded += remind_of_confirmation(confirmation=confirmation, actor=actor)
                break
            gone = lapse_unconfirmed(confirmation=confirmation, actor=actor)
            lapsed += gone
            if gone < LAPSE_BATCH:
                break
    return Swept(asked, reminded, lapsed)


def due_partners() -> QuerySet[Partner]:
    """Partners with an active camera that nobody confirmed for CONFIRM_EVERY_DAYS and that were not asked yet."""
    cameras = _due_cameras(timezone.now()).filter(site__partner=OuterRef("pk"))
    asked = Confirmation.objects.filter(partner=OuterRef("pk"), ended_at__isnull=True)
    here = Partner.objects.filter(not_paused(), Exists(cameras), ~Exists(asked), left_at__isnull=True)
    return here.order_by("pk")


def ask_for_confirmation(*, partner: Partner, actor: Actor) -> Confirmation | None:
    """Open the yearly question and write its first letter; None if the partner is not due (any more)."""
    with transaction.atomic():
        locked(Partner.objects).get(pk=partner.pk)
        fresh = due_partners().filter(pk=partner.pk).first()
        if fresh is None:
            return None
        confirmation = Confirmation.objects.create(partner=fresh, next_at=timezone.now())
        until = timezone.now() + timedelta(days=settings.CONFIRM_EVERY_DAYS)
        issue_link(kind=CONFIRMATION, subject=confirmation.public_id, expires_at=until)
        _write_letter(confirmation)
        ledger.record(
            "camera.confirmation_asked",
            Subject.of("partner", confirmation.partner.public_id),
            actor,
            confirmation=str(confirmation.public_id),
        )
        return confirmation


def remind_of_confirmation(*, confirmation: Confirmation, actor: Actor) -> bool:
    """Write the next letter if it is time and something is still unconfirmed; says whether it did."""
    with transaction.atomic():
        fresh = _locked_if_due(confirmation)
        if fresh is None or fresh.letters >= LAST_LETTER:
            return False
        if _end_if_answered(fresh):
            return False
        _write_letter(fresh)
        ledger.record(
            "camera.confirmation_reminded",
            Subject.of("partner", fresh.partner.public_id),
            actor,
            confirmation=str(fresh.public_id),
            letter=fresh.letters,
        )
        return True


def lapse_unconfirmed(*, confirmation: Confirmation, actor: Actor) -> int:
    """Let at most LAPSE_BATCH cameras lapse that were due and were not confirmed; ends the question with the last.

    A lapsed camera is not matched. Its owner brings it back by confirming it, also by the same link.
    """
    with transaction.atomic():
        fresh = _locked_if_due(confirmation)
        if fresh is None or fresh.letters < LAST_LETTER:
            return 0
        batch = list(locked(_unconfirmed(fresh))[:LAPSE_BATCH])
        for camera in batch:
            _move(camera, CameraState.LAPSED)
            ledger.record(
                "camera.lapsed",
                Subject.of("camera", camera.public_id),
                actor,
                version=camera.version,
                confirmation=str(fresh.public_id),
            )
        if len(batch) < LAPSE_BATCH:
            outcome = ConfirmationOutcome.LAPSED if batch or _lapsed_by(fresh) else ConfirmationOutcome.ANSWERED
            _end(fresh, outcome)
        return len(batch)


def confirm_cameras(
    *, partner: Partner, actor: Actor, user: User | None = None, confirmation: Confirmation | None = None
) -> int:
    """All active and lapsed cameras of the partner are as registered; returns how many this confirmed.

    Said by somebody who runs the account (`user`) or who holds the letter's link (`confirmation`). A lapsed camera is
    active again without review, because nothing changed; what was reported as moved or replaced is not. A second tap
    changes nothing. Raises NotFound, NotAllowed, WrongState if the partner left.
    """
    with transaction.atomic():
        check_may_answer(partner, user, confirmation)
        now = timezone.now()
        old = Q(confirmed_at__lte=now - AGAIN_AFTER) | Q(state=CameraState.LAPSED)
        rows = Camera.objects.filter(old, site__partner=partner, state__in=CONFIRMABLE, reported="")
        cameras = list(locked(rows).only("pk", "public_id", "state"))
        lapsed = [camera for camera in cameras if camera.state == CameraState.LAPSED]
        for camera in lapsed:
            CAMERA_TRANSITIONS.check(camera.state, CameraState.ACTIVE)
        theirs = Camera.objects.filter(site__partner=partner, reported="")
        theirs.filter(state=CameraState.LAPSED).update(
            state=CameraState.ACTIVE, version=F("version") + 1, confirmed_at=now
        )
        theirs.filter(old, state=CameraState.ACTIVE).update(confirmed_at=now)
        if cameras:
            ledger.record(
                "partner.cameras_confirmed",
                Subject.of("partner", partner.public_id),
                actor,
                cameras=[str(camera.public_id) for camera in cameras],
                active_again=[str(camera.public_id) for camera in lapsed],
                confirmation=str(confirmation.public_id) if confirmation else "",
            )
        _end_open(partner)
        return len(cameras)


def report_changes(
    *,
    partner: Partner,
    changes: Mapping[UUID, str],
    actor: Actor,
    user: User | None = None,
    confirmation: Confirmation | None = None,
) -> int:
    """Say of some cameras that they were moved, replaced or are gone; the partner's others are left as they are.

    Gone is withdrawn. Moved and replaced lapse, so that nobody asks by a place that is no longer true, until the owner
    signs in and says the rest (`update_camera`, `replace_camera`). Returns how many cameras this changed; a repeat
    changes none. Raises as `confirm_cameras` does, InvalidInput for a word that is none of the three.
    """
    if any(change not in Change.values for change in changes.values()):
        raise InvalidInput(_("Say of each camera whether it was moved, replaced or is gone."))
    with transaction.atomic():
        check_may_answer(partner, user, confirmation)
        rows = Camera.objects.filter(site__partner=partner, public_id__in=list(changes)).select_related("site")
        cameras = list(locked(rows))
        if len(cameras) != len(changes):
            raise NotFound(_("There is no such camera among yours."))
        changed = sum(_report(camera, Change(changes[camera.public_id]), actor) for camera in cameras)
        for open_one in locked(Confirmation.objects).filter(partner=partner, ended_at__isnull=True):
            _end_if_answered(open_one)
        return changed


def link_lives(confirmation: Confirmation) -> bool:
    """Whether the letter's link still opens: its partner takes part, and the next yearly question is not near."""
    until = confirmation.created_at + timedelta(days=settings.CONFIRM_EVERY_DAYS)
    return confirmation.partner.left_at is None and timezone.now() < until


def renew_links(*, partner: Partner, actor: Actor) -> int:
    """End every link that went out and send a new one for an open question; returns how many ended.

    For the acts that take the right to manage from a member, in their transaction: that person still has the letter.
    The new letter repeats the last one, moves no step and names the same day. In a pause no letter is written: the
    next one carries the new link, and the last one is due again when the pause is over.
    """
    confirmations = list(locked(Confirmation.objects).select_related("partner").filter(partner=partner))
    for confirmation in confirmations:
        link = renew_link(kind=CONFIRMATION, subject=confirmation.public_id)
        if confirmation.ended_at is None:
            _repeat_letter(confirmation, link)
        ledger.record(
            "camera.confirmation_renewed",
            Subject.of("partner", confirmation.partner.public_id),
            actor,
            confirmation=str(confirmation.public_id),
            generation=link.generation,
        )
    return len(confirmations)


def _report(camera: Camera, change: Change, actor: Actor) -> bool:
    target = CameraState.RETIRED if change == Change.GONE else CameraState.LAPSED
    if camera.reported == change or camera.state == CameraState.RETIRED:
        return False
    if camera.state != target and not CAMERA_TRANSITIONS.allows(camera.state, target):
        return False  # it waits for staff or for a correction: nobody asks by its place anyway
    camera.reported = change
    if camera.state == target:
        camera.save(update_fields=["reported"])
    else:
        _move(camera, target)
    action = "camera.withdrawn" if change == Change.GONE else "camera.reported"
    ledger.record(action, Subject.of("camera", camera.public_id), actor, version=camera.version, change=str(change))
    return True


def check_may_answer(partner: Partner, user: User | None, confirmation: Confirmation | None) -> None:
    """Who runs the account, or holds the letter while its link opens. Raises NotAllowed, WrongState if it left."""
    if user is not None:
        partner_policies.check_can_manage(user, partner)
    elif confirmation is None or confirmation.partner_id != partner.pk or not link_lives(confirmation):
        raise NotAllowed(_("This link no longer works. Please sign in."), code="link")
    check_takes_part(partner)


def _letters_left_today() -> int:
    """So many partners may be asked now. The whole register can be asked within four weeks, however large it is."""
    since = timezone.now() - timedelta(days=1)
    taking_part = Partner.objects.filter(left_at__isnull=True).count()
    most = max(int(settings.CONFIRM_LETTERS_PER_DAY), math.ceil(taking_part / SPREAD_DAYS))
    return max(0, most - Confirmation.objects.filter(created_at__gt=since).count())


def _due_steps() -> QuerySet[Confirmation]:
    steps = Confirmation.objects.filter(
        not_paused("partner"), ended_at__isnull=True, next_at__lte=timezone.now(), partner__left_at__isnull=True
    )
    return steps.order_by("next_at", "pk")[:5_000]


def _locked_if_due(confirmation: Confirmation) -> Confirmation | None:
    """The open question, if its next step is due and no pause is or just was. Its partner is locked, that is enough."""
    locked(Partner.objects).get(pk=confirmation.partner_id)
    rows = Confirmation.objects.select_related("partner")
    fresh = rows.filter(pk=confirmation.pk, ended_at__isnull=True, next_at__lte=timezone.now()).first()
    if fresh is None or fresh.partner.left_at is not None or fresh.partner.is_paused:
        return None
    back = fresh.partner.paused_until
    if fresh.letters >= LAST_LETTER and back is not None and timezone.now() < back + GRACE_AFTER_PAUSE:
        return None
    return fresh


def _due_cameras(moment: datetime) -> QuerySet[Camera]:
    """Active cameras that at this moment had not been confirmed for CONFIRM_EVERY_DAYS."""
    before = moment - timedelta(days=settings.CONFIRM_EVERY_DAYS)
    return Camera.objects.filter(state=CameraState.ACTIVE, confirmed_at__lte=before)


def _unconfirmed(confirmation: Confirmation) -> QuerySet[Camera]:
    """What was due when the question was asked and still is; the rest comes with the next one."""
    return _due_cameras(confirmation.created_at).filter(site__partner_id=confirmation.partner_id)


def _lapsed_by(confirmation: Confirmation) -> bool:
    before = confirmation.created_at - timedelta(days=settings.CONFIRM_EVERY_DAYS)
    rows = Camera.objects.filter(site__partner_id=confirmation.partner_id, state=CameraState.LAPSED)
    return rows.filter(confirmed_at__lte=before).exists()


def _write_letter(confirmation: Confirmation) -> None:
    """Queue the next letter and set the day of the next step; part of the caller's act."""
    # Counted from this letter, not from the first: after a pause or an outage a partner gets the whole notice.
    confirmation.next_at = timezone.now() + timedelta(days=_waits()[confirmation.letters])
    confirmation.letters += 1
    _queue_letter(confirmation, link_for_letter(kind=CONFIRMATION, subject=confirmation.public_id))
    confirmation.save(update_fields=["letters", "next_at"])


def _repeat_letter(confirmation: Confirmation, link: Link) -> None:
    """The last letter once more, with the link that opens now."""
    if not confirmation.partner.is_paused:
        _queue_letter(confirmation, link)
    elif confirmation.letters >= LAST_LETTER:
        confirmation.letters, confirmation.next_at = LAST_LETTER - 1, timezone.now()
        confirmation.save(update_fields=["letters", "next_at"])


def _queue_letter(confirmation: Confirmation, link: Link) -> None:
    rows = Camera.objects.filter(site__partner_id=confirmation.partner_id, state__in=CONFIRMABLE)
    left = timedelta(days=sum(_waits()[confirmation.letters :]))
    lapses_at = confirmation.next_at + left
    drafts = letters_for(confirmation, rows, link=link, number=confirmation.letters, lapses_at=lapses_at)
    if drafts:
        queue_messages(drafts)


def _waits() -> list[int]:
    """Days from each letter to the next step; the last step is lapsing."""
    steps = [*settings.CONFIRM_REMIND_DAYS, settings.CONFIRM_LAPSE_DAYS]
    return [steps[0], *(after - before for before, after in itertools.pairwise(steps))]


def _end_open(partner: Partner) -> None:
    for confirmation in locked(Confirmation.objects).filter(partner=partner, ended_at__isnull=True):
        _end(confirmation, ConfirmationOutcome.ANSWERED)


def _end_if_answered(confirmation: Confirmation) -> bool:
    if _unconfirmed(confirmation).exists():
        return False
    _end(confirmation, ConfirmationOutcome.ANSWERED)
    return True


def _end(confirmation: Confirmation, outcome: ConfirmationOutcome) -> None:
    confirmation.ended_at, confirmation.outcome = timezone.now(), outcome
    confirmation.save(update_fields=["ended_at", "outcome"])


def _move(camera: Camera, state: CameraState) -> None:
    CAMERA_TRANSITIONS.check(camera.state, state)
    camera.state = state
    camera.version += 1
    camera.save(update_fields=["state", "version", "reported"])
