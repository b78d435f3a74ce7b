"""What the portal noticed by itself, until a person has dealt with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import EncryptedTextField
from apps.core.models import PublicModel
from apps.findings.kinds import KINDS


class Finding(PublicModel):
    """One kind of thing about one subject, as often as it was seen since the last acknowledgment.

    Plain values, as in the ledger: a finding outlives what it is about. `facts` hold ids and numbers, never names or
    places.
    """

    kind = models.CharField(_("kind"), max_length=64)
    about_kind = models.CharField(_("about"), max_length=32, blank=True)
    about_id = models.CharField(_("about, id"), max_length=64, blank=True)
    agency = models.CharField(
        _("agency"), max_length=36, blank=True, help_text=_("Its public id; empty for the whole portal.")
    )
    facts = models.JSONField(_("facts"), default=dict, help_text=_("Of the last time."))
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first seen"), help_text=_("UTC."))
    last_at = models.DateTimeField(_("last seen"), help_text=_("UTC."))
    told_at = models.DateTimeField(_("told"), null=True, blank=True, help_text=_("UTC, when the mail was queued."))
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True, help_text=_("UTC."))
    acknowledged_by = models.CharField(
        _("acknowledged by"), max_length=36, blank=True, help_text=_("The person's public id.")
    )
    note = EncryptedTextField(_("what was done"), blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "about_kind", "about_id", "agency"],
                condition=models.Q(acknowledged_at__isnull=True),
                name="finding_open_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> Any:
        """What happened, in words; the bare name for a kind that no longer exists."""
        return KINDS[self.kind].title if self.kind in KINDS else self.kind

    @property
    def advice(self) -> Any:
        """What to do about it."""
        return KINDS[self.kind].advice if self.kind in KINDS else ""
