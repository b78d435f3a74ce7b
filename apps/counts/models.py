"""What counts may say, once a week: a release and its cells, and for a day which areas somebody counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency


class CountRelease(models.Model):
    """The figures of one week. The newest stands; older ones are deleted when it is made."""

    week = models.DateField(_("week"), unique=True, help_text=_("Its Monday, in the portal's time zone."))
    released_at = models.DateTimeField(_("released at"), help_text=_("UTC."))
    zones = models.JSONField(
        _("zones"), help_text=_("Partners by public id of the zone, in fives; none below the floor.")
    )
    retention = models.JSONField(
        _("retention"), help_text=_("Hours that recorders keep video: 0, 5, … 100 percent keep at most so long.")
    )

    class Meta:
        verbose_name = _("release of counts")
        ordering = ["-week"]

    def __str__(self) -> str:
        return f"counts of the week of {self.week}"


class CountCell(models.Model):
    """A square of the map and how many partners have cameras in it, with noise: see the README."""

    release = models.ForeignKey(CountRelease, on_delete=models.PROTECT, related_name="cells")
    zoom = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    partners = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("cell")
        constraints = [models.UniqueConstraint(fields=["release", "zoom", "x", "y"], name="count_cell_once")]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}"


class CountedArea(models.Model):
    """One place of an area that somebody counted, kept for a day: for the budget, and to see who closes in on a spot.

    Rows of one `whole` were one question. A far place beside a near one hides nothing: each is compared by itself.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    case_number = models.CharField(_("case number"), max_length=40, blank=True)
    whole = models.CharField(max_length=64, help_text=_("SHA-256 of the area as it was drawn."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the place; the same for an area of one place."))
    longitude = models.FloatField(help_text=_("Of its middle, in degrees."))
    latitude = models.FloatField(help_text=_("Of its middle, in degrees."))
    cells = models.JSONField(help_text=_("The cells of the release that it touches."))
    is_proposed = models.BooleanField(
        default=False, help_text=_("The portal looked for a smaller area by itself; nobody drew this one.")
    )
    counted_at = models.DateTimeField(_("counted at"), db_index=True, help_text=_("UTC, the last time."))

    class Meta:
        verbose_name = _("counted area")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "case_number", "whole", "digest"], name="counted_area_once"
            )
        ]

    def __str__(self) -> str:
        return f"area {self.pk}"
