"""The outbox's verbs, and those of what staff are told."""

from apps.notifications.services.choosing import Wish, choose_telling
from apps.notifications.services.gathering import gather_held
from apps.notifications.services.queueing import Draft, digest_of_address, queue_message, queue_messages
from apps.notifications.services.returning import record_return, stopped_for, try_address_again
from apps.notifications.services.telling import tell_staff

__all__ = [
    "Draft",
    "Wish",
    "choose_telling",
    "digest_of_address",
    "gather_held",
    "queue_message",
    "queue_messages",
    "record_return",
    "stopped_for",
    "tell_staff",
    "try_address_again",
]
