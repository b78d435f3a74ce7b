"""The verbs of a conversation."""

from apps.conversations.services.erasing import erase_conversations
from apps.conversations.services.noting import add_staff_note
from apps.conversations.services.owner import rate_handling, write_to_agency
from apps.conversations.services.promising import set_promises
from apps.conversations.services.staff import acknowledge_question, look_at_question, write_to_owner
from apps.conversations.services.telling import tell_of_broken_promise
from apps.conversations.services.thanking import thank_owners

__all__ = [
    "acknowledge_question",
    "add_staff_note",
    "erase_conversations",
    "look_at_question",
    "rate_handling",
    "set_promises",
    "tell_of_broken_promise",
    "thank_owners",
    "write_to_agency",
    "write_to_owner",
]
