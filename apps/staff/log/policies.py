"""Who may look at what lies below all agencies: the ledger's entries and the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of
from apps.ledger.models import Entry
from apps.notifications.models import Message


def viewable_entries(user: Person) -> QuerySet[Entry]:
    """Auditors read the whole ledger: one log serves all agencies, and its leaves name nobody."""
    return Entry.objects.all() if agencies_of(user, Role.AUDITOR).exists() else Entry.objects.none()


def can_view_entry(user: Person, entry: Entry) -> bool:
    return agencies_of(user, Role.AUDITOR).exists()


def viewable_messages(user: Person) -> QuerySet[Message]:
    """Program managers and auditors see whether messages went out, never to whom or what they said."""
    allowed = agencies_of(user, Role.PROGRAM_MANAGER, Role.AUDITOR).exists()
    return Message.objects.all() if allowed else Message.objects.none()


def can_view_message(user: Person, message: Message) -> bool:
    return agencies_of(user, Role.PROGRAM_MANAGER, Role.AUDITOR).exists()
