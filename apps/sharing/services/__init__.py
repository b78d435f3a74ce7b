"""The verbs of sharing."""

from apps.sharing.services.court import tell_court_status
from apps.sharing.services.ending import extend_grant, revoke_grant
from apps.sharing.services.entering import ask_again, begin_visit, prove_visit
from apps.sharing.services.folders import add_later_items
from apps.sharing.services.giving import give_grant
from apps.sharing.services.looking import open_shared, open_shared_outside, save_shared, save_shared_outside
from apps.sharing.services.passing_on import state_passed_on

__all__ = [
    "add_later_items",
    "ask_again",
    "begin_visit",
    "extend_grant",
    "give_grant",
    "open_shared",
    "open_shared_outside",
    "prove_visit",
    "revoke_grant",
    "save_shared",
    "save_shared_outside",
    "state_passed_on",
    "tell_court_status",
]
