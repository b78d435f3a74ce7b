"""Messages to staff about their accounts, in each reader's language. None opens anything by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import HoldKind, StaffHold, User
from apps.agencies.models import Agency, Role
from apps.agencies.policies import grants_in_force
from apps.notifications.services import Draft, tell_staff


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a message is about, by its public id, and the name of the page where it stands."""

    public_id: UUID
    page: str


def tell(verb: str, person: User, *, key: str, waiting: Waiting | None = None, **context: Any) -> None:
    """Queue the message about `verb` (a template `staff_<verb>.txt`) in the act's transaction.

    One message for `verb`, person and `key`, however often the act is repeated. With `waiting` the person may choose
    how to be told (`letter_topics`).
    """
    with translation.override(person.language or settings.LANGUAGE_CODE):
        draft = Draft(
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
                    "failures": settings.STAFF_LOCK_FAILURES,
                    **context,
                },
            ),
            dedupe_key=f"staff.{verb}:{person.public_id}:{key}",
            reader=person if waiting else None,
            about=waiting.public_id if waiting else None,
            digest_line=f"{settings.SITE_URL.rstrip('/')}{reverse(waiting.page)}" if waiting else "",
        )
        tell_staff(draft)


def tell_colleagues(verb: str, person: User, agency: Agency, *, key: str) -> None:
    """Queue the message about `verb` and `person` for the agency's other managers and its auditors."""
    roles = (Role.PROGRAM_MANAGER, Role.AUDITOR)
    grants = grants_in_force().filter(agency=agency, role__in=roles)
    for colleague in User.objects.filter(pk__in=grants.values("user_id"), is_active=True).exclude(pk=person.pk):
        tell(verb, colleague, key=f"{key}:{person.public_id}", about=person, agency=agency)


def tell_of_hold(*, hold: StaffHold, **_: Any) -> None:
    """Receives `staff_held`: the owner alone learns of it, and by mail, since the page may tell nobody."""
    verbs = {HoldKind.LOCKED: "locked", HoldKind.IDLE: "disabled"}
    verb = verbs.get(HoldKind(hold.kind))
    if verb:
        tell(verb, hold.user, key=str(hold.public_id))


def _subject(verb: str) -> str:
    subjects = {
        "invited": _("Your staff account is ready to be set up"),
        "locked": _("Failed sign-ins to your staff account"),
        "released": _("Your staff account is open again"),
        "unused": _("Your staff account will be disabled soon"),
        "disabled": _("Your staff account was disabled"),
        "reset": _("Your staff account is set up anew"),
        "address_asked": _("Somebody asked to change the address of your staff account"),
        "address_changed": _("The address of your staff account was changed"),
        "address_new": _("Your staff account signs in with this address now"),
        "manager_back": _("A program manager was reinstated at your agency"),
        "deputy": _("You stand in for a colleague"),
        "absence": _("You are entered as away"),
        "training_ends": _("Your role at the agency needs a new training"),
    }
    return subjects[verb]
