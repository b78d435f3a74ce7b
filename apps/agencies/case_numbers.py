"""How an agency writes its case numbers: a mask, because it can be shown as an example and is never slow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import cycle

from django.utils.translation import gettext as _

from apps.agencies.models import Agency
from apps.core.errors import InvalidInput

DIGIT, LETTER = "#", "@"
_SIGNS = {DIGIT: "[0-9]", LETTER: "[A-Z]"}


DIGITS_LEAST, LONGEST = 3, 40
_PATTERN = re.compile(r"[A-Z0-9#@](?:[ /._-]?[A-Z0-9#@])*")


def checked_mask(mask: str) -> str:
    """The mask as it is kept, in capitals; empty for an agency that takes any number.

    Raises InvalidInput about `case_mask` for one that is too long, has other signs, or leaves next to nothing to
    count with: an agency that set it would take a few numbers and no further one.
    """
    mask = " ".join(mask.split()).upper()
    sentence = ""
    if len(mask) > LONGEST:
        sentence = _("Use at most 40 characters.")
    elif mask and not _PATTERN.fullmatch(mask):
        sentence = _(
            "Use # for a digit, @ for a letter, and capital letters and digits for what is always the same. "
            "Between them one space, hyphen, slash, period or underscore may stand."
        )
    elif mask and mask.count(DIGIT) < DIGITS_LEAST:
        sentence = _("Put a # for each digit that differs from case to case: at least three.")
    if sentence:
        raise InvalidInput.about("case_mask", sentence)
    return mask


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
