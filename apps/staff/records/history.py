"""What was done about a records request, from the ledger, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.disclosure.models import RecordsRequest
from apps.staff.cases.timeline import entries_about, who_acted

WORDS = {
    "records_request.taken": _("Taken in"),
    "records_request.acknowledged": _("Acknowledged"),
    "records_request.day_moved": _("Day of the answer moved"),
    "records_request.searched": _("Searched"),
    "records_request.items_added": _("Items added"),
    "records_request.item_decided": _("Item decided"),
    "records_request.withheld": _("Statute entered"),
    "records_request.looked_again": _("Statute looked at again"),
    "records_request.withholding_ended": _("Statute no longer holds"),
    "records_request.fee_noted": _("Fee noted"),
    "records_request.answered": _("Answered"),
    "records_request.withdrawn": _("Withdrawn"),
    "records_request.closed": _("Closed"),
    "records_request.taken_up_again": _("Taken up again"),
    "records_request.contact_erased": _("Contact erased"),
}
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One act: when, what and who."""

    at: datetime
    words: str
    who: str


def history_of(request: RecordsRequest) -> list[Act]:
    """The newest first, at most SHOWN."""
    entries = entries_about({"records_request": [request.public_id]})[:SHOWN]
    return [Act(one.recorded_at, str(WORDS.get(one.action, one.action)), who_acted(one)) for one in entries]
