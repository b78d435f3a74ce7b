"""With whom agencies share, for everybody: made from agreements and grants at each read, and never typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from apps.agreements.models import Agreement
from apps.agreements.selectors import with_state
from apps.counts.figures import rounded
from apps.sharing.models import Grant
from apps.sharing.scope import VIDEO


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One agreement in force. `times` says how often videos were shared under it, rounded; empty if it shares none."""

    giver: str
    recipient: str
    shares: list[str]
    since: datetime
    until: datetime
    time_zone: str
    times: str


def public_sharing_list() -> list[PublicLine]:
    """Every agreement in force now, by the agency that shares. No case, no person, no title that somebody typed."""
    rows = with_state(Agreement.objects.filter(from_agency__is_active=True), "in_force")
    agreements = list(rows.select_related("from_agency", "to_agency").prefetch_related("items"))
    counted = Grant.objects.filter(agreement__in=agreements).values_list("agreement").annotate(count=Count("pk"))
    given = dict(counted)
    lines = [_line(one, given.get(one.pk, 0)) for one in agreements]
    return sorted(lines, key=lambda line: (line.giver, line.recipient, line.since))


def _line(agreement: Agreement, grants: int) -> PublicLine:
    items = list(agreement.items.all())
    shown = rounded(grants)
    times = _("about %(count)d times") % {"count": shown} if shown else _("fewer than five times")
    return PublicLine(
        giver=agreement.from_agency.name,
        recipient=agreement.recipient,
        shares=[str(one) for one in items],
        since=agreement.starts_at,
        until=agreement.ends_at,
        time_zone=agreement.from_agency.time_zone,
        times=times if any(one.scope == VIDEO for one in items) else "",
    )
