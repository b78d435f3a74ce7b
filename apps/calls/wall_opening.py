"""open_screen: the one time that the code of a wall screen is typed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.calls.models import WallScreen
from apps.calls.policies import showing_screens
from apps.core.errors import WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.models import Link
from apps.links.services import renew_link


def open_screen(link: Link) -> Link:
    """Tie the screen to the browser that typed the code; nobody opens it by this code again.

    The next generation of the link is for that browser alone: nobody is told its secrets. Raises WrongState for who
    comes second, and for a screen that may show nothing any more.
    """
    with transaction.atomic():
        screen = locked(WallScreen.objects).select_related("agency").get(public_id=link.subject)
        if screen.opened_at is not None or not showing_screens().filter(pk=screen.pk).exists():
            raise WrongState(_("This code has opened a screen already, or is over. Ask for a new one."), code="opened")
        screen.opened_at = screen.seen_at = timezone.now()
        screen.save(update_fields=["opened_at", "seen_at"])
        ledger.record(
            "wall_screen.opened", subject_of(screen), Actor.system("wall"), agency=str(screen.agency.public_id)
        )
        return renew_link(kind=link.of_kind, subject=screen.public_id, expires_at=screen.ends_at)


def subject_of(screen: WallScreen) -> Subject:
    """As the ledger names it."""
    return Subject.of("wall_screen", screen.public_id)
