"""set_cad_number, set_rms_number: what dispatch and the records system call the case."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.cases.policies import WRITERS
from apps.cases.services.guard import check_writes, subject_of
from apps.core.errors import InvalidInput, Stale
from apps.core.locks import locked
from apps.ledger import services as ledger

_PATTERN = re.compile(r"[A-Z0-9](?:[A-Z0-9./-]{0,28}[A-Z0-9])?")


def set_cad_number(*, case: Case, number: str, known: str, user: User) -> Case:
    """Set or clear the number of the call in computer-aided dispatch. `known` is what the person saw before.

    Raises NotFound and NotAllowed as `check_writes`, InvalidInput for what is no such number, Stale.
    """
    return _set("cad_number", case, number, known, user)


def set_rms_number(*, case: Case, number: str, known: str, user: User) -> Case:
    """Set or clear the report's number in the records management system. As `set_cad_number`."""
    return _set("rms_number", case, number, known, user)


def _set(field: str, case: Case, number: str, known: str, user: User) -> Case:
    with transaction.atomic():
        case = locked(Case.objects).select_related("agency").get(pk=case.pk)
        check_writes(user, case)
        number = _checked(number)
        if getattr(case, field) == number:
            return case
        if getattr(case, field) != known:
            raise Stale(_("A colleague changed this number a moment ago. Look at it again."))
        setattr(case, field, number)
        case.save(update_fields=[field])
        actor = acting_as(user, case.agency, *WRITERS).actor
        # The number leads to a case file elsewhere, so it is in the private part, as case numbers are in no leaf.
        ledger.record(f"case.{field}_set", subject_of(case), actor, private={"number": number, "before": known})
        return case


def _checked(number: str) -> str:
    number = "".join(number.split()).upper()
    if number and not _PATTERN.fullmatch(number):
        sentence = _("Use letters, digits, hyphens, dots and slashes, at most 30, like 2026-0114877.")
        raise InvalidInput.about("number", sentence)
    return number
