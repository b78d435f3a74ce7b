"""How often something was tried: one row for each counter."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import now


class Tally(models.Model):
    """One counter. Its name and what it is about are keyed digests: the table names no address and no network."""

    key = models.CharField(_("key"), max_length=64, unique=True, help_text=_("Keyed digest of what is counted."))
    about = models.CharField(_("about"), max_length=64, blank=True, help_text=_("Keyed digest of the mailbox, if any."))
    count = models.PositiveIntegerField(_("count"), default=0)
    began_at = models.DateTimeField(_("began at"), default=now, help_text=_("UTC. When this window began."))
    rounds = models.PositiveIntegerField(_("rounds"), default=0, help_text=_("How often it was full."))
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("UTC. Nothing passes before."))

    class Meta:
        verbose_name = _("counter of tries")
        verbose_name_plural = _("counters of tries")
        indexes = [
            models.Index(fields=["about"], name="tally_about"),
            models.Index(fields=["began_at"], name="tally_at"),
        ]

    def __str__(self) -> str:
        return f"{self.count} since {self.began_at:%Y-%m-%d %H:%M:%S}"
