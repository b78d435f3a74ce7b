"""People, their keys for programs, what the portal records about staff, and counters of tries."""

from apps.accounts.models.keys import PERSON_SCOPES, ApiKey, KeyHolder, KeyScope
from apps.accounts.models.people import User, UserManager, normalize_email
from apps.accounts.models.sessions import Session
from apps.accounts.models.staff import PROOFS, USES, EventKind, HoldKind, SignInEvent, StaffHold
from apps.accounts.models.tallies import Tally

__all__ = [
    "PERSON_SCOPES",
    "PROOFS",
    "USES",
    "ApiKey",
    "EventKind",
    "HoldKind",
    "KeyHolder",
    "KeyScope",
    "Session",
    "SignInEvent",
    "StaffHold",
    "Tally",
    "User",
    "UserManager",
    "normalize_email",
]
