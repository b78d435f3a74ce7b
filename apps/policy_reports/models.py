"""Counts of what browsers refused, by day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyReport(models.Model):
    """So often a day the policy's directive kept something of this origin away from pages of this name."""

    day = models.DateField(_("day"), help_text=_("UTC."))
    directive = models.CharField(_("directive"), max_length=32)
    blocked = models.CharField(_("blocked"), max_length=100, help_text=_("An origin, or a word such as inline."))
    page = models.CharField(_("page"), max_length=100, help_text=_("Name of its address, without ids."))
    count = models.PositiveIntegerField(_("count"), default=1)

    class Meta:
        verbose_name = _("policy report")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "directive", "blocked", "page"], name="policy_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.directive} {self.blocked} {self.page}: {self.count}"
