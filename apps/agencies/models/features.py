"""Which parts of the portal an agency has switched off, version by version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models.agencies import Agency
from apps.core.models import PublicModel


class FeatureVersion(PublicModel):
    """One version; never changed. The newest one counts, and the agency's row repeats it (`Agency.features_off`)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    number = models.PositiveIntegerField(_("version"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    off = models.JSONField(
        _("switched off"), default=dict, help_text=_("Feature: the day on which it opens, or empty.")
    )

    class Meta:
        verbose_name = _("features of an agency")
        verbose_name_plural = _("features of agencies")
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="feature_version_number")]

    def __str__(self) -> str:
        return f"features {self.agency_id}, {self.number}"
