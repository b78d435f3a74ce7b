"""Setting up a staff account, and what two people decide about one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel


class StaffSetup(PublicModel):
    """One chance to set up a staff account: the link in the mail and the code that the manager hands over.

    Either alone opens nothing. Only digests are stored.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    code_digest = models.CharField(_("code's digest"), max_length=64, editable=False, help_text=_("Keyed."))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("UTC."))
    wrong = models.PositiveSmallIntegerField(_("wrong codes"), default=0)
    ended_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, help_text=_("UTC. Used, replaced, or too many wrong codes.")
    )
    used_at = models.DateTimeField(_("used at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("set-up of a staff account")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="staff_setup_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"set-up {self.public_id}"


class ProposalKind(models.TextChoices):
    """What takes two people."""

    ADDRESS = "address", _("a new e-mail address")
    MANAGER = "manager", _("a program manager again")


class StaffProposal(PublicModel):
    """One person asks, another one confirms: at most one open proposal of a kind for a person."""

    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    address = EncryptedTextField(_("new address"), blank=True)
    reason = EncryptedTextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    expires_at = models.DateTimeField(_("expires at"), help_text=_("UTC."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        verbose_name = _("proposal about a staff account")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(decided_at__isnull=True), name="staff_proposal_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed=False) | ~models.Q(decided_by=models.F("asked_by")),
                name="staff_proposal_takes_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
