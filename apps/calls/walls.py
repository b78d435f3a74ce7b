"""allow_screen, end_screen, end_lost_screens, and which screen a browser is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.calls import policies
from apps.calls.link_kinds import WALL
from apps.calls.models import WallScreen
from apps.calls.wall_opening import subject_of
from apps.core import text
from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.links import access
from apps.links.services import issue_link, links_of, revoke_link

MOST_SCREENS = 20  # of one agency at a time
SEEN_EVERY = timedelta(minutes=1)  # a screen asks every five seconds, and writes so often


def allow_screen(*, user: User, agency: Agency, name: str, days: int, request_key: UUID | None = None) -> WallScreen:
    """Let a screen on the wall show the agency's board for so many days. `code_of` is what is typed there, once.

    Raises NotAllowed for who is neither program manager nor supervisor there, InvalidInput, and WrongState for an
    agency that has MOST_SCREENS.
    """
    actor = acting_as(user, agency, *policies.ALLOWING_ROLES).actor
    check_on(agency, Feature.WALLS)
    name = text.line(name, field="name", most=60)
    if not 1 <= days <= settings.WALL_SCREEN_DAYS:
        sentence = _("Give a number of days from 1 to %(most)s.") % {"most": settings.WALL_SCREEN_DAYS}
        raise InvalidInput.about("days", sentence)
    with transaction.atomic():
        if policies.showing_screens().filter(agency=agency).count() >= MOST_SCREENS:
            raise WrongState(_("Your agency has many screens already. Revoke one that is not used."), code="many")
        ends_at = timezone.now() + timedelta(days=days)
        screen, created = create_once(
            WallScreen, request_key=request_key, agency=agency, name=name, allowed_by=user, ends_at=ends_at
        )
        if not created:
            return _own(user, screen)
        opens_until = timezone.now() + timedelta(minutes=settings.WALL_CODE_MINUTES)
        issue_link(kind=WALL, subject=screen.public_id, expires_at=opens_until)
        ledger.record(
            "wall_screen.allowed",
            subject_of(screen),
            actor,
            agency=str(agency.public_id),
            ends_at=ends_at.isoformat(),
        )
        return screen


def code_of(screen: WallScreen) -> str:
    """The code to type on the screen, while it still opens; empty afterwards."""
    link = links_of(kind=WALL, subjects=[screen.public_id]).get(screen.public_id)
    waits = link is not None and link.lives and link.is_current and screen.opened_at is None
    return link.code if link is not None and waits else ""


def end_screen(*, user: User, screen: WallScreen) -> WallScreen:
    """The screen shows nothing any more, from its next question on. Ending it again changes nothing.

    Raises NotFound for a screen of another agency.
    """
    with transaction.atomic():
        screen = _own(user, locked(WallScreen.objects).select_related("agency").get(pk=screen.pk))
        if screen.ended_at is None:
            _end(screen, acting_as(user, screen.agency, *policies.ALLOWING_ROLES).actor, "revoked")
        return screen


def end_lost_screens(*, actor: Actor) -> int:
    """End the screens whose days are over, or whose person or agency has lost the right; returns how many.

    They show nothing already (`policies.showing_screens`). Ended, they stay so, should the right come back. A code that
    nobody typed ends its screen too.
    """
    ended = 0
    with transaction.atomic():
        open_ones = locked(WallScreen.objects.filter(ended_at__isnull=True)).select_related("agency")
        showing = set(policies.showing_screens().values_list("pk", flat=True))
        for screen in open_ones:
            if why := _why_lost(screen, screen.pk in showing):
                _end(screen, actor, why)
                ended += 1
    return ended


def _why_lost(screen: WallScreen, shows: bool) -> str:
    if screen.ends_at <= timezone.now():
        return "over"
    if not shows:
        return "right_lost"
    unused = screen.opened_at is None and not code_of(screen)
    return "unused" if unused else ""


def screen_of(request: HttpRequest, public_id: UUID) -> WallScreen | None:
    """The screen that this browser is, if it may show the board now. It is seen, to the minute."""
    if not access.has_opened(request, WALL, public_id):
        return None
    screen = policies.showing_screens().select_related("agency").filter(public_id=public_id).first()
    now = timezone.now()
    if screen is not None and (screen.seen_at is None or now - screen.seen_at > SEEN_EVERY):
        WallScreen.objects.filter(pk=screen.pk).update(seen_at=now)
    return screen


def _own(user: User, screen: WallScreen) -> WallScreen:
    if not policies.can_allow_screen(user, screen.agency):
        raise NotFound(_("There is no such screen in your agencies."))
    return screen


def _end(screen: WallScreen, actor: Actor, why: str) -> None:
    screen.ended_at = timezone.now()
    screen.save(update_fields=["ended_at"])
    revoke_link(kind=WALL, subject=screen.public_id)
    ledger.record("wall_screen.ended", subject_of(screen), actor, agency=str(screen.agency.public_id), why=why)
