"""How an agency writes its case numbers: a mask, because it can be shown as an example and is never slow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import cycle

from django.utils.translation import gettext as _

from apps.agencies.models import Agency

DIGIT, LETTER = "#", "@"
_SIGNS = {DIGIT: "[0-9]", LETTER: "[A-Z]"}


def fits(agency: Agency, number: str) -> bool:
    """Whether a number, in capitals, is written as the agency writes its case numbers."""
    mask = agency.case_mask
    return not mask or bool(re.fullmatch("".join(_SIGNS.get(sign, re.escape(sign)) for sign in mask), number))


def example_of(agency: Agency) -> str:
    """A number that fits, for help texts and refusals; empty where the agency has no mask."""
    digits, letters = cycle("26012345"), cycle("AB")
    drawn = {DIGIT: digits, LETTER: letters}
    return "".join(next(drawn[sign]) if sign in drawn else sign for sign in agency.case_mask)


def hint_for(agencies: Iterable[Agency]) -> str:
    """The help text of a field that takes a case number; empty where no agency has a mask."""
    examples = ", ".join(filter(None, map(example_of, agencies)))
    return _("Like %(example)s.") % {"example": examples} if examples else ""
