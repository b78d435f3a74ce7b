"""No password made of words of the place: the portal's and the city's name, the agencies' names, words of the trade."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.agencies.models import Agency

#: Words that somebody who guesses at this portal tries first.
WORDS = frozenset(
    "camera cameras community partnership portal partner police sheriff department password footage".split()
)
LEFT_AT_LEAST = 8
_WORD = re.compile(r"[^\W\d_]{3,}")


class PlaceWordsValidator:
    """Refuses a password of which fewer than eight letters and digits are left without these words (ASVS 6.2.11)."""

    def validate(self, password: str, user: object = None) -> None:
        left = password.casefold()
        for word in sorted(_words(), key=lambda one: (-len(one), one)):
            left = left.replace(word, " ")
        if sum(map(str.isalnum, left)) < LEFT_AT_LEAST:
            sentence = _("Anybody would try this password here: it is made of names. Add words that are none.")
            raise ValidationError(sentence, code="place_words")

    def get_help_text(self) -> str:
        return _("Not made of the names of the city, of an agency or of this portal alone.")


def _words() -> frozenset[str]:
    names = [settings.PORTAL_NAME, settings.PORTAL_CITY]
    names += [name for pair in Agency.objects.values_list("name", "short_name") for name in pair]
    return WORDS | {word.casefold() for name in names for word in _WORD.findall(name)}
