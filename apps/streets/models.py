"""Streets of the city: one set at a time, with addresses to search and tiles to draw."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import PublicModel


class Way(models.IntegerChoices):
    """Classes of roads, the widest first: what is drawn early and listed first."""

    FREEWAY = 1, _("freeway")
    MAIN = 2, _("main road")
    CONNECTOR = 3, _("connecting road")
    LOCAL = 4, _("street")
    OTHER = 5, _("path or private road")


ATTRIBUTION_MOST = 200


class StreetSet(PublicModel):
    """What one load brought. The current one is searched and drawn; the one before goes when it is there."""

    name = models.CharField(_("name"), max_length=120)
    digest = models.CharField(_("digest"), max_length=64, help_text=_("SHA-256 over the digests of its files."))
    attribution = models.CharField(
        _("attribution"),
        max_length=ATTRIBUTION_MOST,
        blank=True,
        help_text=_("Whom the maps name for the data, as the file asks. Plain text."),
    )
    is_approximate = models.BooleanField(_("approximate"), default=False, help_text=_("Drawn by hand, for a demo."))
    is_current = models.BooleanField(_("current"), default=False)

    class Meta:
        verbose_name = _("set of streets")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="street_set_one_current"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """All that has one name: its words for searching, and the box around it, degrees."""

    of = models.ForeignKey(StreetSet, on_delete=models.PROTECT, related_name="streets")
    name = models.CharField(_("name"), max_length=120)
    words = models.CharField(max_length=200, help_text=_("As `names.words_of` writes them, by spaces."))
    way = models.PositiveSmallIntegerField(_("class"), choices=Way.choices)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        verbose_name = _("street")
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "name"], name="street_name_once")]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """A part of a street between two corners, and the house numbers on each side in the direction of its line."""

    street = models.ForeignKey(Street, on_delete=models.PROTECT, related_name="segments")
    line = models.JSONField(_("line"), help_text=_("[longitude, latitude] pairs, degrees."))
    left_from = models.PositiveIntegerField(null=True)
    left_to = models.PositiveIntegerField(null=True)
    right_from = models.PositiveIntegerField(null=True)
    right_to = models.PositiveIntegerField(null=True)
    lowest = models.PositiveIntegerField(null=True, help_text=_("Of both sides."))
    highest = models.PositiveIntegerField(null=True)
    locality = models.CharField(max_length=40, blank=True, help_text=_("ZIP Code or town."))

    class Meta:
        verbose_name = _("part of a street")
        indexes: ClassVar = [models.Index(fields=["street", "lowest"], name="segment_street_lowest")]

    def __str__(self) -> str:
        return f"{self.street_id} {self.lowest}–{self.highest}"


class Tile(models.Model):
    """A vector tile, compressed as it is served."""

    of = models.ForeignKey(StreetSet, on_delete=models.PROTECT, related_name="tiles")
    zoom = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    data = models.BinaryField(help_text=_("Mapbox vector tile, gzip."))

    class Meta:
        verbose_name = _("tile")
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "zoom", "x", "y"], name="street_tile_once")]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}"
