"""A request's entries in the ledger, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.footage_requests.models import FootageRequest
from apps.ledger.selectors import entries_for
from apps.ledger.values import Subject

WORDS: dict[str, Promise] = {
    "request.drafted": gettext_lazy("Written"),
    "request.updated": gettext_lazy("Changed"),
    "request.submitted": gettext_lazy("Submitted"),
    "request.approved": gettext_lazy("Approved; invitations queued"),
    "request.sent_first": gettext_lazy("Sent first, because it was urgent; invitations queued"),
    "request.reviewed": gettext_lazy("Reviewed by a supervisor after it went first"),
    "request.recalled": gettext_lazy("Taken back by its author to change it"),
    "request.returned": gettext_lazy("Returned to the author"),
    "request.withdrawn": gettext_lazy("Withdrawn"),
    "request.closed": gettext_lazy("Closed"),
    "request.expired": gettext_lazy("Expired"),
    "request.answered": gettext_lazy("Answer received"),
    "request.kept": gettext_lazy("An owner keeps the recording"),
    "request.match_taken_out": gettext_lazy("A camera is asked no more"),
    "request.cameras_viewed": gettext_lazy("Places of the cameras viewed"),
    "invitation.sent": gettext_lazy("Invitation sent"),
    "invitation.revoked": gettext_lazy("Link closed"),
    "invitation.renewed": gettext_lazy("Link renewed"),
    "invitation.reminded": gettext_lazy("Reminder sent"),
    "invitation.asked_again": gettext_lazy("A new letter was asked for on the request’s page"),
    "thread.owner_wrote": gettext_lazy("Message from an owner"),
    "thread.staff_wrote": gettext_lazy("Message to an owner"),
    "thread.acknowledged": gettext_lazy("Owner’s question taken"),
    "thread.looked_at": gettext_lazy("Owner’s question looked into"),
    "thread.promise_broken": gettext_lazy("An owner waited longer than was promised; supervisors told"),
    "thread.note_added": gettext_lazy("Staff note on a conversation"),
    "thread.rated": gettext_lazy("An owner said how it went"),
    "request.owners_thanked": gettext_lazy("Owners who answered were thanked"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry, as a page shows it."""

    at: datetime
    words: str
    who: str
    index: int | None


def history_of(request: FootageRequest) -> list[Event]:
    """Every act on the request in order. Two queries besides the entries' own."""
    entries = entries_for(Subject.of("footage_request", request.public_id))
    ids = {entry.actor_id for entry in entries if entry.actor_kind == "staff"}
    staff = {str(user.public_id): str(user) for user in User.objects.filter(public_id__in=ids, is_staff=True)}
    return [
        Event(
            at=entry.recorded_at,
            words=str(WORDS.get(entry.action, entry.action)),
            who=_who(entry, staff),
            index=entry.place.index if hasattr(entry, "place") else None,
        )
        for entry in entries
    ]


def _who(entry: Any, staff: dict[str, str]) -> str:
    if entry.actor_kind == "system":
        return _("the portal")
    return staff.get(entry.actor_id) or _("a partner")
