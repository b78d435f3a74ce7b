"""Cases, found and opened by their numbers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.agencies.case_numbers import example_of, fits
from apps.agencies.models import Agency, Case
from apps.core.errors import InvalidInput


def get_or_create_case(*, agency: Agency, number: str) -> Case:
    """The agency's case of this number; capitals and spaces at the ends do not make another one.

    Part of the caller's act, so it writes no entry of its own. Raises InvalidInput as `case_number` does.
    """
    case, _created = Case.objects.get_or_create(agency=agency, number=case_number(agency, number))
    return case


def find_case(*, agency: Agency, number: str) -> Case | None:
    """The agency's case of this number, if there is one. Raises InvalidInput as `case_number` does."""
    return Case.objects.filter(agency=agency, number=case_number(agency, number)).first()


def case_number(agency: Agency, number: str) -> str:
    """The number as it is stored. Raises InvalidInput if it is empty, too long or not written as the agency writes it.

    A case from before the agency set its mask keeps its number.
    """
    number = " ".join(number.split()).upper()
    sentence = ""
    if not 1 <= len(number) <= 40 or not number.isprintable():
        sentence = _("Give the case number, at most 40 characters.")
    elif not fits(agency, number) and not Case.objects.filter(agency=agency, number=number).exists():
        sentence = _("%(agency)s writes case numbers like %(example)s. Check the number.") % {
            "agency": agency.short_name,
            "example": example_of(agency),
        }
    if sentence:
        raise InvalidInput(sentence, fields={"case_number": sentence})
    return number
