"""Whose account a mailbox opens, asked alike on every way in, in the same two queries whether there is one or not."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from apps.accounts.models import User, normalize_email


def user_of_mailbox(email: str) -> User | None:
    """Who proved this address, else whose account stands under it. Closed accounts are found too."""
    wanted = normalize_email(email)
    proved = EmailAddress.objects.filter(email=wanted, verified=True).select_related("user").first()
    named = User.objects.filter(email=wanted).first()
    found: User | None = proved.user if proved else named
    return found
