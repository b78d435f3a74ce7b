"""How much somebody may ask of the search while typing."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from apps.core.errors import TooMany

QUESTION_MOST = 200  # letters
# A fast typist asks three times a second at most, and not for a minute.
PER_MINUTE = 120


def count_question(person: int) -> None:
    """Count one question of this person, in whatever session. Raises TooMany for the 121st in a minute."""
    key = f"streets:asked:{person}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=90)
    try:
        asked = cache.incr(key)
    except ValueError:  # a full cache forgot it in between
        return
    if asked > PER_MINUTE:
        raise TooMany(_("That is a lot of questions for a minute. Please show the place on the map."))
