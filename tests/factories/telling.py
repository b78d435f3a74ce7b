"""What staff choose to be told, through the real service."""

from __future__ import annotations

from datetime import time

from apps.accounts.models import User
from apps.notifications.choices import rules_of
from apps.notifications.models import TellingRules
from apps.notifications.services import Wish, choose_telling

NEW_YORK = "America/New_York"


def chosen(
    user: User, *, digest_at: str = "07:00", quiet: tuple[str, str] | None = None, zone: str = NEW_YORK, **ways: str
) -> TellingRules:
    """The person chose these ways for these topics, and these hours."""
    start, end = (time.fromisoformat(one) for one in quiet) if quiet else (None, None)
    wish = Wish(ways, time.fromisoformat(digest_at), start, end, zone)
    return choose_telling(user=user, wish=wish, version=rules_of(user).version)
