"""Checks of the whole ledger that an auditor asked for, and what each found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import Claimable, PublicModel


class Outcome(models.TextChoices):
    """How a check stands. Only the first goes on."""

    WORKING = "working", pgettext_lazy("check of the ledger", "at work")
    WHOLE = "whole", pgettext_lazy("check of the ledger", "whole")
    BROKEN = "broken", pgettext_lazy("check of the ledger", "broken")
    UNCHECKED = "unchecked", pgettext_lazy("check of the ledger", "not everything could be checked")
    GIVEN_UP = "given_up", pgettext_lazy("check of the ledger", "given up")


class Verification(PublicModel, Claimable):
    """One check of the whole ledger. What it found stays as it was, also where the ledger grows on."""

    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.WORKING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    total = models.PositiveBigIntegerField(default=0, help_text="Steps in all: each entry is read twice.")
    done = models.PositiveBigIntegerField(default=0, help_text="Steps done.")
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, help_text=_("UTC."))
    entries = models.PositiveBigIntegerField(_("entries"), default=0)
    checkpoints = models.PositiveBigIntegerField(_("checkpoints"), default=0)
    root = models.CharField(_("root"), max_length=64, blank=True)
    outside = models.PositiveIntegerField(_("kept outside"), default=0)
    compared = models.JSONField(_("witnesses"), default=list, help_text="Names of those whose checkpoint was compared.")
    silent = models.JSONField(default=list, help_text="Names of the witnesses that gave no answer.")
    findings = models.JSONField(default=list, help_text="Sentences of the check: places and numbers, nobody's data.")
    broken = models.PositiveIntegerField(_("breaks"), default=0)

    class Meta:
        verbose_name = _("check of the ledger")
        verbose_name_plural = _("checks of the ledger")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outcome"], condition=models.Q(outcome="working"), name="verification_one_at_work"
            )
        ]

    def __str__(self) -> str:
        return f"verification {self.public_id}"
