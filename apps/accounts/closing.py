"""Closing one's account, keeping it after all, and erasing it."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.api_keys import delete_keys_of
from apps.accounts.models import Session, User
from apps.core.errors import NotAllowed
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject

# Reserved for ever (RFC 2606): no mail can reach it, and nobody can sign in with it.
_NOWHERE = "erased.invalid"


def close_account(*, user: User, actor: Actor, at_once: bool = False) -> User:
    """Begin the grace period of ERASE_AFTER_DAYS; closing again changes nothing. Raises NotAllowed for staff.

    `at_once`: without a grace period, also where one runs. What the person's partners do about it is the caller's:
    `privacy.closing` joins both.
    """
    with transaction.atomic():
        user = locked(User.objects).get(pk=user.pk)
        if user.is_staff:
            raise NotAllowed(_("A staff account is closed by the agency."), code="staff_account")
        if user.closed_at is not None and not at_once:
            return user
        user.closed_at = timezone.now()
        user.erase_at = user.closed_at + timedelta(days=0 if at_once else settings.ERASE_AFTER_DAYS)
        user.save(update_fields=["closed_at", "erase_at"])
        ledger.record("account.closed", Subject.of("user", user.public_id), actor, erase_at=user.erase_at.isoformat())
        return user


def keep_account(*, user: User, actor: Actor) -> bool:
    """Undo closing within the grace period. Says whether there was something to undo."""
    with transaction.atomic():
        user = locked(User.objects).get(pk=user.pk)
        if user.closed_at is None or not user.is_active:
            return False
        user.closed_at = user.erase_at = None
        user.save(update_fields=["closed_at", "erase_at"])
        ledger.record("account.kept", Subject.of("user", user.public_id), actor)
        return True


def start_erasing(*, user: User) -> User | None:
    """Nobody signs in from here on; None unless the account was closed and its grace period is over.

    The last moment to undo is before this: it and `keep_account` lock the same row.
    """
    with transaction.atomic():
        user = locked(User.objects).get(pk=user.pk)
        due = user.erase_at is not None and user.erase_at <= timezone.now()
        if not due or user.erased_at is not None:
            return None
        if user.is_active:
            user.is_active = False
            user.save(update_fields=["is_active"])
        return user


def erase_person(*, user: User, actor: Actor) -> bool:
    """Erase name, address, ways to sign in and sessions; the row stays, so that what cites it stands.

    The last step of erasing an account: after it the account is not due any more. Says whether it did anything.
    """
    with transaction.atomic():
        user = locked(User.objects).get(pk=user.pk)
        if user.erased_at is not None:
            return False
        Session.objects.filter(user=user).delete()
        # Sessions of visits that never signed in may hold an address; all of them ended long before.
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        delete_keys_of(user=user)
        for model in _held_by_sign_in():
            model._default_manager.filter(user=user).delete()
        ledger.erase_private_parts(
            entries=Entry.objects.filter(subject_kind="user", subject_id=str(user.public_id)),
            reason="account_erased",
            actor=actor,
        )
        user.email = f"{user.public_id}@{_NOWHERE}"
        user.name = user.badge = user.language = user.time_zone = ""
        user.set_unusable_password()
        user.last_login = None
        user.is_active = False
        user.erased_at = timezone.now()
        user.save()
        ledger.record("account.erased", Subject.of("user", user.public_id), actor)
        return True


def _held_by_sign_in() -> list[type[models.Model]]:
    """What libraries hold about a person: addresses, second factors, sessions, keys, accounts elsewhere."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("apps."):
            keys = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
            if any(field.name == "user" and field.related_model is User for field in keys):
                found.append(model)
    return found
