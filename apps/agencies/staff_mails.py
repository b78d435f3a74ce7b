"""Messages to staff about their own accounts, in each reader's language. None holds a link that signs anybody in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.staff_models import HoldKind, StaffHold
from apps.notifications.services import queue_message


def tell(verb: str, person: User, *, key: str, **context: Any) -> None:
    """Queue the message about `verb` (invited, locked, released, unused, disabled) in the act's transaction.

    One message for `verb`, person and `key`, however often the act is repeated.
    """
    with translation.override(person.language or settings.LANGUAGE_CODE):
        queue_message(
            kind=f"staff.{verb}",
            recipient=person.email,
            subject=_subject(verb),
            text=render_to_string(
                f"emails/agencies/staff_{verb}.txt",
                {
                    "person": person,
                    "portal_name": settings.PORTAL_NAME,
                    "site_url": settings.SITE_URL,
                    "unused_days": settings.STAFF_UNUSED_DAYS,
                    **context,
                },
            ),
            dedupe_key=f"staff.{verb}:{person.public_id}:{key}",
        )


def tell_of_hold(*, hold: StaffHold, **_: Any) -> None:
    """Receives `staff_held`: the owner alone learns of it, and by mail, since the page may tell nobody."""
    verbs = {HoldKind.LOCKED: "locked", HoldKind.IDLE: "disabled"}
    verb = verbs.get(HoldKind(hold.kind))
    if verb:
        tell(verb, hold.user, key=str(hold.public_id))


def _subject(verb: str) -> str:
    subjects = {
        "invited": _("Your staff account is ready to be set up"),
        "locked": _("Your staff account was locked"),
        "released": _("Your staff account is open again"),
        "unused": _("Your staff account will be disabled soon"),
        "disabled": _("Your staff account was disabled"),
    }
    return subjects[verb]
