"""Who may see the ledger's entries and the outbox, whose apps are below `agencies` and know no roles."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Role
from apps.agencies.policies import Person, serves_as
from apps.ledger.models import Entry
from apps.notifications.models import Message


def viewable_entries(user: Person) -> QuerySet[Entry]:
    """Auditors read the whole ledger: one log serves all agencies, and its leaves name nobody."""
    return Entry.objects.all() if serves_as(user, Role.AUDITOR) else Entry.objects.none()


def can_view_entry(user: Person, entry: Entry) -> bool:
    return serves_as(user, Role.AUDITOR)


def viewable_messages(user: Person) -> QuerySet[Message]:
    """Program managers and auditors see whether messages went out, never to whom or what they said."""
    allowed = serves_as(user, Role.PROGRAM_MANAGER, Role.AUDITOR)
    return Message.objects.all() if allowed else Message.objects.none()


def can_view_message(user: Person, message: Message) -> bool:
    return serves_as(user, Role.PROGRAM_MANAGER, Role.AUDITOR)
