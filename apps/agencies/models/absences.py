"""Who is away, and which colleague stands in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models.agencies import RoleGrant
from apps.core.models import PublicModel


class Absence(PublicModel):
    """Days on which somebody does not work in a role, and the colleague of the same role who stands in."""

    grant = models.ForeignKey(RoleGrant, on_delete=models.PROTECT, related_name="+", verbose_name=_("role"))
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("deputy")
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    starts_at = models.DateTimeField(_("starts at"), help_text=_("UTC."))
    ends_at = models.DateTimeField(_("ends at"), help_text=_("UTC. Moved to the moment at which it was ended early."))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("away and deputies")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_at__gte=models.F("starts_at")), name="absence_in_order"),
        ]

    def __str__(self) -> str:
        return f"absence {self.public_id}"
