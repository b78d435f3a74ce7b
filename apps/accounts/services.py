"""Acts on one's own account."""

from __future__ import annotations

from apps.accounts.models import User


def update_preferences(*, user: User, name: str, language: str, time_zone: str) -> User:
    """Saves how the portal addresses the person, in which language and in which time zone it shows times.

    No ledger entry: these are display preferences of the account and touch nothing that evidence cites.
    """
    user.name = name
    user.language = language
    user.time_zone = time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


def choose_account_language(*, user: User, language: str) -> User:
    """The language in which the portal speaks to this person from now on, in pages and mails."""
    user.language = language
    user.save(update_fields=["language"])
    return user
