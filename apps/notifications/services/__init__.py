"""The outbox's verbs, and those of what staff are told."""

from apps.notifications.services.choosing import Wish, choose_telling
from apps.notifications.services.gathering import gather_held
from apps.notifications.services.queueing import Draft, digest_of_address, queue_message, queue_messages
from apps.notifications.services.telling import tell_staff

__all__ = [
    "Draft",
    "Wish",
    "choose_telling",
    "digest_of_address",
    "gather_held",
    "queue_message",
    "queue_messages",
    "tell_staff",
]
