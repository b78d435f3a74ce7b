"""set_incident_types: a program manager keeps the list of what requests of the agency may be about."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, RuleName
from apps.agencies.rule_drafts import end_rule_draft
from apps.core.errors import Stale
from apps.core.locks import locked
from apps.footage_requests.incident_types import Given, IncidentType, checked_types, present_types
from apps.footage_requests.models import IncidentTypeList
from apps.ledger import services as ledger
from apps.ledger.values import Subject


def set_incident_types(*, agency: Agency, types: Sequence[Given], number: int, by: User) -> list[IncidentType]:
    """Make this the agency's list, given the number of the list that the manager read.

    It counts for requests that are saved or submitted from now on; others keep the names that they have. The same list
    again writes nothing. Raises NotAllowed for others, Stale if somebody changed the list since, InvalidInput as
    `checked_types` does.
    """
    with transaction.atomic():
        actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
        agency = locked(Agency.objects).get(pk=agency.pk)
        present_number, present = present_types(agency)
        if number != present_number:
            raise Stale(_("A colleague has changed this list meanwhile. Yours is not saved; compare the two."))
        checked = checked_types(types, present=present)
        end_rule_draft(agency, RuleName.INCIDENT_TYPES, by)
        if checked != present:
            IncidentTypeList.objects.create(agency=agency, number=number + 1, types=checked)
            ledger.record(
                "agency.incident_types_set",
                Subject.of("agency", agency.public_id),
                actor,
                number=number + 1,
                before=present,
                after=checked,
            )
        return checked
