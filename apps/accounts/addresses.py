"""Whose an e-mail address is: asked by invitations, which only the invited address may accept."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from apps.accounts.models import User, normalize_email


def proves_address(user: User, email: str) -> bool:
    """Whether the person showed, by a code or a link in a mail, that this address is theirs."""
    wanted = normalize_email(email)
    return bool(EmailAddress.objects.filter(user=user, email__iexact=wanted, verified=True).exists())


def language_of_address(email: str) -> str:
    """The language that the owner of this address chose here; empty if nobody did. For letters to it alone."""
    user = User.objects.filter(email=normalize_email(email), is_active=True).only("language").first()
    return user.language if user else ""
