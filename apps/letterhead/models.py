"""What an agency adds to its letters and pages: words of its own, and its seal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.models import PublicModel


class Letterhead(PublicModel):
    """One version. The last one is in force; rows are written once and never changed."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.PositiveIntegerField(_("version"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Nobody where the operator placed the first seal."),
    )
    words = models.JSONField(_("words"), default=dict, help_text=_("By place and language."))
    seal = models.BinaryField(_("seal"), blank=True, default=b"", help_text=_("JPEG of at most 256 pixels a side."))
    seal_digest = models.CharField(_("SHA-256 of the seal"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="letterhead_number_once")]

    def __str__(self) -> str:
        return f"{self.agency} {self.number}"
