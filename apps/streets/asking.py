"""How much somebody may ask of the search while typing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.counting import counted
from apps.core.errors import TooMany

QUESTION_MOST = 200  # letters
# A fast typist asks three times a second at most, and not for a minute.
PER_MINUTE = 120


def count_question(person: int) -> None:
    """Count one question of this person, in whatever session. Raises TooMany for the 121st in a minute."""
    if counted(f"streets:asked:{person}", seconds=60) > PER_MINUTE:
        raise TooMany(_("That is a lot of questions for a minute. Please show the place on the map."))
