"""What the portal keeps about the staff's signing in: each event, and whatever keeps an account shut."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel, now


class EventKind(models.TextChoices):
    """What happened when staff signed in, or tried to (CJIS AU-2: which events are recorded)."""

    SIGN_IN = "sign_in", _("sign-in")
    SIGN_OUT = "sign_out", _("sign-out")
    PASSWORD = "password", _("password")
    SECOND_FACTOR = "second_factor", _("second factor")
    CODE = "code", _("code by mail")
    PASSWORD_CHANGED = "password_changed", _("password changed")
    SECOND_FACTOR_CHANGED = "second_factor_changed", _("second factor changed")
    LOCKED = "locked", _("device or network held back")
    SESSION_LOCKED = "session_locked", _("session locked")
    PRIVILEGED = "privileged", _("privileged act")
    NOTICE = "notice", _("notice accepted")


USES = (EventKind.SIGN_IN, EventKind.SECOND_FACTOR, EventKind.PRIVILEGED)  # the person was there (AC-2(3))
# A failure of these counts toward the lock of AC-7.
PROOFS = (EventKind.PASSWORD, EventKind.SECOND_FACTOR, EventKind.CODE)


class SignInEvent(PublicModel):
    """One sign-in event: when, what, where, from where, with what outcome, who (CJIS AU-3).

    A table and not the ledger: a stranger can cause as many as he likes, they name networks, and they are kept for a
    period, while the ledger is for ever. Rows are only added; `erase_old_events` takes away those past their period.
    A try at an address that is not a staff account's is recorded without a person, whatever account it has.
    """

    at = models.DateTimeField(_("at"), default=now, help_text=_("UTC, to the hundredth of a second."))
    kind = models.CharField(_("event"), max_length=24, choices=EventKind.choices)
    succeeded = models.BooleanField(_("succeeded"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    page = models.CharField(_("page"), max_length=120, blank=True, help_text=_("The name of the address, no values."))
    network = models.CharField(
        _("network"), max_length=50, blank=True, help_text=_("The caller's address, shortened to its network.")
    )
    source = EncryptedTextField(_("source"), blank=True, help_text=_("The caller's whole address; staff only."))
    detail = models.CharField(_("detail"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("sign-in event")
        verbose_name_plural = _("sign-in events")
        indexes: ClassVar = [
            models.Index(fields=["user", "at"], name="sign_in_event_user_at"),
            models.Index(fields=["at"], name="sign_in_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


class HoldKind(models.TextChoices):
    """Why nobody can sign in to a staff account, or not from everywhere."""

    LOCKED = "locked", _("held back after failed sign-ins")
    IDLE = "idle", _("disabled: not used for a long time")
    ENDED = "ended", _("ended: the person left")


class StaffHold(PublicModel):
    """A staff account is shut, from `began_at` until somebody else releases it with a reason.

    One row for each time, so that the history stays; at most one open hold of a kind for a person. A hold of the kind
    `locked` shuts no account: it says that at least one device or address waits, until when, and who released it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holds", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HoldKind.choices)
    began_at = models.DateTimeField(_("began at"), default=now, help_text=_("UTC."))
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("UTC. Of a lock: then it ends by itself. Empty: when released.")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, help_text=_("UTC."))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
    )
    reason = EncryptedTextField(_("reason"), blank=True, help_text=_("Why it was released, or why it was ended."))

    class Meta:
        verbose_name = _("shut account")
        verbose_name_plural = _("shut accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(released_at__isnull=True), name="staff_hold_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.public_id})"
