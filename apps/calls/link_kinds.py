"""The link by which a screen on the wall shows the board of calls. Its code opens once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.calls.policies import showing_screens
from apps.calls.wall_opening import open_screen
from apps.links.kinds import Kind, register


def _shows(subject: UUID) -> bool:
    return showing_screens().filter(public_id=subject).exists()


WALL = register(
    Kind(
        name="wall",
        page="wall:board",
        title=_("Calls for service on this screen"),
        lead=_("Type the code that a supervisor or program manager of the agency made for this screen."),
        button=_("Show the calls"),
        wrong=_("This does not open. A code opens one screen once, and for a short time: ask for a new one."),
        remembered=lambda: timedelta(days=settings.WALL_SCREEN_DAYS),
        admits=_shows,
        opens=open_screen,
    )
)
