"""set_residents: how many people live in each zone of an agency."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, Zone
from apps.core import text
from apps.core.errors import InvalidInput
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.program.models import ZonePopulation

MOST, SOURCE_MAX = 50_000_000, 200


def set_residents(*, agency: Agency, residents: Mapping[str, int | None], source: str, user: User) -> int:
    """Store the residents of zones by their code; a zone without a number, or not named, stays as it is.

    Returns how many zones changed; if none does, nothing is recorded. Raises NotAllowed for others than the agency's
    program manager, InvalidInput about `source`, or about `residents` with the codes that the agency has not.
    """
    with transaction.atomic():
        actor = acting_as(user, agency, Role.PROGRAM_MANAGER).actor
        source = text.line(source, field="source", most=SOURCE_MAX)
        zones = {zone.code: zone for zone in Zone.objects.filter(agency=agency)}
        wanted = {code: number for code, number in residents.items() if number is not None}
        _check(wanted, zones)
        before = dict(ZonePopulation.objects.filter(zone__agency=agency).values_list("zone__code", "residents"))
        changed = {code: number for code, number in wanted.items() if before.get(code) != number}
        if not changed:
            return 0
        ZonePopulation.objects.bulk_create(
            (
                ZonePopulation(zone=zones[code], residents=number, source=source, set_by=user, set_at=timezone.now())
                for code, number in sorted(changed.items())
            ),
            update_conflicts=True,
            unique_fields=["zone"],
            update_fields=["residents", "source", "set_by", "set_at"],
        )
        subject = Subject.of("agency", agency.public_id)
        ledger.record("program.residents_set", subject, actor, residents=changed, before=before, source=source)
        return len(changed)


def _check(wanted: Mapping[str, int], zones: Mapping[str, Zone]) -> None:
    unknown = sorted(code for code in wanted if code not in zones)
    if unknown:
        sentence = _("Your agency has no zone %(codes)s.") % {"codes": ", ".join(unknown[:8])}
        raise InvalidInput.about("residents", sentence)
    if any(not 0 <= number <= MOST for number in wanted.values()):
        sentence = _("Give a number from 0 to %(most)d.") % {"most": MOST}
        raise InvalidInput.about("residents", sentence)
