"""record_figures_export: figures leave the portal."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere, acting_as
from apps.agencies.models import Agency
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from apps.program.models import scope_of
from apps.program.policies import READERS


def record_figures_export(*, user: User, agency: Agency | None, form: str, measures: list[str], rows: int) -> Entry:
    """Write that somebody takes so many figures out, in which form. Without the entry there is no export.

    Raises NotAllowed for somebody who does not read them.
    """
    with transaction.atomic():
        acting = acting_as(user, agency, *READERS) if agency else acting_anywhere(user, *READERS)
        of = agency.short_name if agency else "program"
        subject = Subject.of("program_figures", scope_of(agency))
        return ledger.record(
            "program.figures_exported", subject, acting.actor, form=form, measures=measures, of=of, rows=rows
        )
