"""Cases."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.agencies.models import Agency, Case
from apps.core.errors import InvalidInput


def get_or_create_case(*, agency: Agency, number: str) -> Case:
    """The agency's case of this number; capitals and spaces at the ends do not make another one.

    Part of the caller's act, so it writes no entry of its own. Raises InvalidInput if the number is empty or too long.
    """
    number = " ".join(number.split()).upper()
    if not 1 <= len(number) <= 40 or not number.isprintable():
        sentence = _("Give the case number, at most 40 characters.")
        raise InvalidInput(sentence, fields={"case_number": sentence})
    case, _created = Case.objects.get_or_create(agency=agency, number=number)
    return case
