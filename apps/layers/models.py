"""Layers of an agency's map, their features, and the loads by which these change."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.fields import EncryptedTextField
from apps.core.models import Claimable, PublicModel, RequestKeyed
from apps.layers.sizes import size_in_words
from apps.layers.states import FeatureStatus, Geometry, LayerKind, LoadState


class Layer(PublicModel, RequestKeyed, Claimable):
    """Places of one kind that an agency has: from files that somebody uploads, or from an address that is asked."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=LayerKind.choices)
    url = EncryptedTextField(
        _("address"), blank=True, help_text=_("May hold a key of another system, so it is encrypted.")
    )
    every_minutes = models.PositiveSmallIntegerField(
        _("asked every"), null=True, blank=True, help_text=_("Minutes. Empty for a layer of uploaded files.")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    version = models.PositiveIntegerField(default=0, editable=False, help_text=_("Grows with each load on the map."))
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text=_("SHA-256 of what is on the map."))
    dropped_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("SHA-256 of what a person dropped: not held again.")
    )
    loaded_at = models.DateTimeField(_("on the map since"), null=True, blank=True, help_text=_("UTC."))
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True, help_text=_("UTC. And it answered."))
    next_check_at = models.DateTimeField(null=True, blank=True, editable=False, help_text=_("UTC."))
    stale_since = models.DateTimeField(_("stale since"), null=True, blank=True, help_text=_("UTC."))
    stale_code = models.CharField(max_length=20, blank=True, editable=False)
    stale_reason = models.CharField(
        _("why"), max_length=300, blank=True, help_text=_("In the language of the person who made the layer.")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, help_text=_("UTC."))

    class Meta:
        verbose_name = _("map layer")
        verbose_name_plural = _("map layers")
        indexes: ClassVar = [models.Index(fields=["next_check_at"], name="layer_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "name"], condition=models.Q(closed_at__isnull=True), name="layer_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pulled(self) -> bool:
        """Whether it is asked for at an address."""
        return self.every_minutes is not None


class Feature(models.Model):
    """One place of a layer, as its source describes it."""

    layer = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="features")
    key = models.CharField(_("key of the source"), max_length=80)
    number = models.CharField(_("number"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=FeatureStatus.choices, default=FeatureStatus.UNKNOWN)
    direction = models.FloatField(_("direction"), null=True, blank=True, help_text=_("Degrees clockwise from north."))
    field_of_view = models.FloatField(_("width of view"), null=True, blank=True, help_text=_("Degrees."))
    latitude = models.FloatField(_("latitude"), help_text=_("Degrees."))
    longitude = models.FloatField(_("longitude"), help_text=_("Degrees."))
    geometry = models.CharField(
        _("shape"), max_length=5, choices=Geometry.choices, default=Geometry.POINT, help_text=_("Point, line or area.")
    )
    shape = models.TextField(
        blank=True,
        editable=False,
        help_text=_("Of a line or an area: coordinates of a GeoJSON MultiLineString or MultiPolygon, as JSON."),
    )
    size = models.FloatField(
        _("size"),
        null=True,
        blank=True,
        help_text=_("Meters of a line, square meters of an area. None for one that crosses itself."),
    )
    updated_at = models.DateTimeField(_("updated at"), null=True, blank=True, help_text=_("UTC, as the source says."))

    class Meta:
        verbose_name = _("feature of a layer")
        verbose_name_plural = _("features of layers")
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "key"], name="feature_once")]
        indexes: ClassVar = [models.Index(fields=["latitude", "longitude"], name="feature_place")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What people call it."""
        return " ".join(part for part in (self.number, self.name) if part) or self.key

    @property
    def size_in_words(self) -> str:
        """How long a line is and how large an area; that an area crosses itself; nothing of a point."""
        return size_in_words(self.geometry, self.size)


class LayerLoad(PublicModel, RequestKeyed):
    """What a file or an address said of a layer, and how that differs from what was on the map."""

    layer = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="loads")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
        help_text=_("Empty for what the portal asked for itself."),
    )
    state = models.CharField(_("state"), max_length=8, choices=LoadState.choices)
    digest = models.CharField(max_length=64, editable=False)
    based_on = models.PositiveIntegerField(
        editable=False, help_text=_("The layer's version that it was compared with.")
    )
    found = models.JSONField(default=list, editable=False, help_text=_("The features, until somebody decides."))
    unclear = models.JSONField(default=list, editable=False, help_text=_("Keys of rows that could not be read."))
    total = models.PositiveIntegerField(_("features"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    skipped = models.PositiveIntegerField(_("left out"), default=0)
    examples = models.JSONField(default=dict, editable=False, help_text=_("Some of each difference, for the page."))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, help_text=_("UTC."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("load of a layer")
        verbose_name_plural = _("loads of layers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["layer"], condition=models.Q(state=LoadState.OFFERED), name="layer_offered_one"
            )
        ]

    def __str__(self) -> str:
        return f"load {self.public_id}"
