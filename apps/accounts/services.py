"""Acts on one's own account."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from apps.accounts.actors import actor_for
from apps.accounts.models import User, normalize_email
from apps.core import official
from apps.ledger import services as ledger
from apps.ledger.values import Subject


def open_account(*, email: str, language: str) -> tuple[User, bool]:
    """The account of who has just proved to read this mailbox, and whether it is new.

    It has no name and no password yet: the name is asked where somebody is addressed by it, a password may be set
    later. Two at once, or a repeat, get the same account.
    """
    address = normalize_email(email)
    try:
        with transaction.atomic():
            user = User.objects.create_user(address, language=language)
            EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
            subject = Subject.of("user", user.public_id)
            ledger.record("account.opened", subject, actor_for(user))
    except IntegrityError:
        return User.objects.get(email=address), False
    return user, True


def update_preferences(*, user: User, name: str, language: str, time_zone: str) -> User:
    """Saves how the portal addresses the person, in which language and in which time zone it shows times.

    No ledger entry: these are display preferences of the account and touch nothing that evidence cites. Raises
    InvalidInput for a name with a link, and for an agency's name on an account that is not staff's.
    """
    user.name = name if user.is_staff else official.checked(name, field="name")
    user.language = language
    user.time_zone = time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    return user


def learn_name(*, user: User, name: str) -> None:
    """Notes the name that a person gave elsewhere, if the account has none yet: sign-up asks for none."""
    if not user.name and (user.is_staff or official.claim_of(name) == official.Claim.NOTHING):
        user.name = name[: User._meta.get_field("name").max_length]
        user.save(update_fields=["name"])


def choose_account_language(*, user: User, language: str) -> User:
    """The language in which the portal speaks to this person from now on, in pages and mails."""
    user.language = language
    user.save(update_fields=["language"])
    return user
