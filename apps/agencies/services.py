"""Cases and how an agency writes their numbers; whether its working copies have sound."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.case_numbers import checked_mask, example_of, fits
from apps.agencies.models import Agency, Case, Role
from apps.core.errors import InvalidInput
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Subject


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
        raise InvalidInput.about("case_number", sentence)
    return number


def set_case_mask(*, agency: Agency, case_mask: str, by: User) -> Agency:
    """A program manager says how the agency writes its case numbers; cases that are there keep theirs.

    Setting what is set already writes nothing. Raises NotAllowed for others, InvalidInput as `checked_mask` does.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        mask = checked_mask(case_mask)
        agency = locked(Agency.objects).get(pk=agency.pk)
        before, agency.case_mask = agency.case_mask, mask
        if before != mask:
            agency.save(update_fields=["case_mask"])
            subject = Subject.of("agency", agency.public_id)
            ledger.record("agency.case_numbers_set", subject, actor, before=before, after=mask)
    return agency


def set_sound_in_copies(*, agency: Agency, sound_in_copies: bool, by: User) -> Agency:
    """A program manager says whether a working copy has its sound where the giver said yes to it.

    Copies that are there stay as they are. Setting what is set already writes nothing. Raises NotAllowed for others.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        before, agency.sound_in_copies = agency.sound_in_copies, sound_in_copies
        if before != sound_in_copies:
            agency.save(update_fields=["sound_in_copies"])
            subject = Subject.of("agency", agency.public_id)
            ledger.record("agency.sound_in_copies_set", subject, actor, before=before, after=sound_in_copies)
    return agency
